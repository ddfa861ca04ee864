package dev.kilter.cli;

import dev.kilter.cli.local.LocalPod;
import dev.kilter.cli.local.LocalRun;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says what the first replica is at, while somebody waits for it. */
final class StartProgress {

    private static final Pattern LINE = Pattern.compile("[0-9:.]+ [A-Z]+ +(?<logger>\\w+): (?<text>.+)");
    private static final Set<String> NOISE = Set.of("access", "Flags", "SystemInfo", "Server", "JavaVersionSpecific");

    private final LocalRun run;
    private final PrintWriter out;
    private String said = "";

    StartProgress(LocalRun run, PrintWriter out) {
        this.run = run;
        this.out = out;
    }

    /**
     * Returns when a request would be answered.
     *
     * @throws UserError if the process ends again and again
     */
    void awaitReady(Duration look) throws InterruptedException {
        while (!run.awaitReady(look)) {
            for (LocalPod pod : run.pods()) {
                if (pod.restarts() > 1) {
                    throw new UserError(
                            pod.name() + " cannot start: " + reason(pod.log()) + "; all of its log: " + pod.log());
                }
                say(lastLine(pod.log()));
            }
        }
    }

    private void say(String sentence) {
        if (!sentence.equals(said)) {
            said = sentence;
            out.println("  " + sentence);
        }
    }

    /** The last line that is neither part of a stack trace nor of the log's own. */
    private static String reason(Path log) {
        try {
            return Files.readAllLines(log).reversed().stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("\t") && !line.contains(" |-"))
                    .findFirst()
                    .orElse("no word of why");
        } catch (IOException unreadable) {
            return unreadable.getMessage();
        }
    }

    /** What the process last told of its model; its other lines say nothing to who waits. */
    private static String lastLine(Path log) {
        try {
            return Files.readAllLines(log).reversed().stream()
                    .map(LINE::matcher)
                    .filter(Matcher::matches)
                    .filter(line -> !NOISE.contains(line.group("logger")))
                    .map(line -> line.group("text"))
                    .findFirst()
                    .orElse("starting the first replica");
        } catch (IOException notYet) {
            return "starting the first replica";
        }
    }
}

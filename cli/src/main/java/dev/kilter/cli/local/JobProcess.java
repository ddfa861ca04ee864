package dev.kilter.cli.local;

import dev.kilter.protocol.Json;
import dev.kilter.protocol.ProfileReport;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs a profiling Job's pod as a process, to its end. One at a time; {@link #close()} from any thread ends it. */
final class JobProcess implements AutoCloseable {

    private final PodCommand command;
    private final Map<String, String> environment;
    private final StateFolder state;
    private volatile boolean closed;
    private volatile Process running;

    JobProcess(PodCommand command, Map<String, String> environment, StateFolder state) {
        this.command = command;
        this.environment = Map.copyOf(environment);
        this.state = state;
    }

    /** The report that the Job's process gave; empty: none, its log says why. */
    Optional<String> run(Job job, Duration patience) throws IOException, InterruptedException {
        String name = job.getMetadata().getName();
        PodTemplate template = PodTemplate.of(name, job.getSpec().getTemplate().getSpec());
        Path output = state.logs().resolve(name + ".out");
        ProcessBuilder builder = new ProcessBuilder(
                        LocalPod.detached(command.of(template, RunRecord.marker(state.run(), name))))
                .redirectError(log(job).toFile())
                .redirectOutput(output.toFile());
        builder.environment().putAll(template.environment());
        builder.environment().putAll(environment);
        Process process = builder.start();
        running = process;
        state.started(name, process.toHandle());
        if (closed || !process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
            process.destroy();
            return Optional.empty();
        }
        return process.exitValue() == 0 ? report(output) : Optional.empty();
    }

    /** Where the Job's process tells what goes wrong. */
    Path log(Job job) {
        return state.logs().resolve(job.getMetadata().getName() + ".log");
    }

    /** The last line that is a report. */
    private static Optional<String> report(Path output) throws IOException {
        List<String> lines = Files.readAllLines(output);
        return lines.reversed().stream().filter(JobProcess::isReport).findFirst();
    }

    private static boolean isReport(String line) {
        try {
            return !Json.read(line, ProfileReport.class).serviceTime().isEmpty();
        } catch (RuntimeException other) {
            return false;
        }
    }

    @Override
    public void close() {
        closed = true;
        Process process = running;
        if (process != null) {
            process.destroy();
        }
    }
}

package dev.kilter.build;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Holds every Java source of the project to one format and to the file rules.
 *
 * <p>{@code check ROOT} fails on the first run that finds a violation and prints all of them; {@code apply ROOT}
 * rewrites what can be rewritten.
 */
public final class SourceRules {

    private static final int MAX_LINES = 400;

    private final Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
            .style(JavaFormatterOptions.Style.PALANTIR)
            .formatJavadoc(true)
            .build());
    private final boolean apply;

    private SourceRules(boolean apply) {
        this.apply = apply;
    }

    /** Runs the rules; exits with 1 and the list of violations if there are any. */
    public static void main(String[] args) throws IOException {
        if (args.length != 2 || !List.of("check", "apply").contains(args[0])) {
            System.err.println("usage: SourceRules check|apply ROOT");
            System.exit(2);
        }
        List<String> violations = new SourceRules(args[0].equals("apply")).run(Path.of(args[1]));
        if (!violations.isEmpty()) {
            violations.forEach(System.err::println);
            System.err.println("Format with: mvn -q -pl build-tools process-classes -Dformat.mode=apply");
            System.exit(1);
        }
    }

    private List<String> run(Path root) throws IOException {
        List<String> violations = new ArrayList<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file :
                    files.filter(f -> isOurs(root.relativize(f))).sorted().toList()) {
                violation(file).ifPresent(v -> violations.add(root.relativize(file) + ": " + v));
            }
        }
        return violations;
    }

    private static boolean isOurs(Path file) {
        String name = file.toString();
        return name.endsWith(".java") && !name.contains("target/") && name.contains("src/");
    }

    private Optional<String> violation(Path file) throws IOException {
        String source = Files.readString(file);
        String formatted;
        try {
            formatted = formatter.formatSource(source);
        } catch (FormatterException e) {
            return Optional.of("not readable as Java 25: " + e.getMessage());
        }
        if (!formatted.equals(source)) {
            if (!apply) {
                return Optional.of("not formatted");
            }
            Files.writeString(file, formatted);
        }
        long lines = formatted.lines().count();
        return lines > MAX_LINES
                ? Optional.of(lines + " lines (expected: at most " + MAX_LINES + "); split it by responsibility")
                : Optional.empty();
    }
}

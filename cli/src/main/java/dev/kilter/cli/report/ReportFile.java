package dev.kilter.cli.report;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** A report in a file. */
public final class ReportFile {

    private ReportFile() {}

    /**
     * Writes it.
     *
     * @param program its version, for the report
     * @param progress hears what is read now
     * @return what could not be read, and why
     * @throws IOException if the file cannot be written
     */
    public static List<String> write(
            Path file,
            KubernetesClient client,
            ClusterReport.Scope scope,
            String program,
            Consumer<String> progress,
            Instant now)
            throws IOException {
        String folder = file.getFileName().toString().replaceFirst("\\.(tar\\.gz|tgz)$", "");
        try (OutputStream out = Files.newOutputStream(file);
                Archive archive = new Archive(out, folder, now)) {
            archive.add("about.txt", about(client, scope, program, now));
            return new ClusterReport(client, scope, archive, progress, now).collect();
        }
    }

    private static String about(KubernetesClient client, ClusterReport.Scope scope, String program, Instant now) {
        return """
                Written by %s at %s.
                Cluster: %s. Namespaces: %s, and %s.
                Secrets were not read; what might be one was replaced by %s. Look through it before you give it away.
                What could not be read stands in not-read.txt, what was left out for its size in left-out.txt.
                """.formatted(
                        program,
                        now,
                        client.getMasterUrl(),
                        scope.namespace().orElse("all that serve"),
                        scope.system(),
                        Redaction.REDACTED);
    }
}

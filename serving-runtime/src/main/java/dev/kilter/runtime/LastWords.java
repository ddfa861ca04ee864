package dev.kilter.runtime;

import dev.kilter.protocol.ProfileReport;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.slf4j.LoggerFactory;

/** The container's termination message, which Kubernetes shows in the pod's status. */
public final class LastWords {

    private static final int MOST_BYTES = 4096;

    private LastWords() {}

    /** Writes it where Kubernetes gave the file; does nothing elsewhere. Cut at 4096 bytes. */
    public static void write(String message) {
        Path file = Path.of(ProfileReport.TERMINATION_LOG);
        if (!Files.isWritable(file)) {
            return;
        }
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        try {
            Files.write(file, bytes.length <= MOST_BYTES ? bytes : Arrays.copyOf(bytes, MOST_BYTES));
        } catch (IOException e) {
            LoggerFactory.getLogger(LastWords.class).warn("{} cannot be written: {}", file, e.toString());
        }
    }
}

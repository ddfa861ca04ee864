package dev.kilter.e2e;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Objects;

/** The YAML that the scenarios apply. */
final class Resources {

    private Resources() {}

    /** Of the tests' own. */
    static String text(String name) {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    static byte[] bytes(String name) {
        try (InputStream in = Objects.requireNonNull(Resources.class.getResourceAsStream("/" + name), name)) {
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + name, e);
        }
    }

    /**
     * The same AcceleratorClasses under other names, that count as full after so long.
     *
     * @param name of each, with {@code $1} for the name that it has
     */
    static String impatientClasses(String name, String classes, Duration provisioningTimeout) {
        return classes.replaceAll("(?m)^  name: (.*)$", "  name: " + name)
                .replaceAll(
                        "(?m)^  nodes:$", "  provisioningTimeout: " + provisioningTimeout.toSeconds() + "s\n  nodes:");
    }

    /** Of the examples that users start from. */
    static String example(String name) {
        try {
            return Files.readString(Installation.ROOT.resolve("examples").resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException("reading example " + name, e);
        }
    }
}

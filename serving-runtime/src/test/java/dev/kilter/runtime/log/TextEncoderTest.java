package dev.kilter.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

class TextEncoderTest {

    private final LoggerContext context = new LoggerContext();
    private final TextEncoder encoder = new TextEncoder(ZoneOffset.UTC);

    @Test
    void aLineHasTimeLevelSimpleNameAndMessageAligned() {
        assertThat(encoded(Level.INFO, "dev.kilter.Main", null)).isEqualTo("08:05:09.007 INFO  Main: a 1 ü\n");
        assertThat(encoded(Level.ERROR, "access", null)).isEqualTo("08:05:09.007 ERROR access: a 1 ü\n");
    }

    @Test
    void aStackTraceFollowsItsLine() {
        String lines = encoded(Level.WARN, "x.Y", new IllegalStateException("why", new RuntimeException("deeper")));

        assertThat(lines)
                .startsWith("08:05:09.007 WARN  Y: a 1 ü\njava.lang.IllegalStateException: why\n")
                .contains(
                        "\tat dev.kilter.runtime.log.TextEncoderTest.", "Caused by: java.lang.RuntimeException: deeper")
                .endsWith("\n");
    }

    private String encoded(Level level, String logger, Throwable thrown) {
        LoggingEvent event =
                new LoggingEvent("caller", context.getLogger(logger), level, "a {} ü", thrown, new Object[] {1});
        event.setInstant(Instant.parse("2026-11-26T08:05:09.007Z"));
        return new String(encoder.encode(event), StandardCharsets.UTF_8);
    }
}

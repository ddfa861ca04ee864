package dev.kilter.runtime.log;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.encoder.EncoderBase;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalTime;
import java.time.ZoneId;

/**
 * A line for people: time of the day, level, the simple name of the logger, message; below it the stack trace, if there
 * is one. Logback's own of the same look brings thirty kinds of words with it, and looks for each at the start.
 */
final class TextEncoder extends EncoderBase<ILoggingEvent> {

    private final ZoneId zone;

    TextEncoder() {
        this(ZoneId.systemDefault());
    }

    TextEncoder(ZoneId zone) {
        this.zone = zone;
    }

    @Override
    public byte[] encode(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(128);
        time(line, LocalTime.ofInstant(Instant.ofEpochMilli(event.getTimeStamp()), zone));
        String level = event.getLevel().toString();
        line.append(' ').append(level).repeat(' ', 6 - level.length());
        String logger = event.getLoggerName();
        line.append(logger, logger.lastIndexOf('.') + 1, logger.length()).append(": ");
        line.append(event.getFormattedMessage()).append('\n');
        IThrowableProxy thrown = event.getThrowableProxy();
        if (thrown != null) {
            line.append(ThrowableProxyUtil.asString(thrown));
        }
        return line.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static void time(StringBuilder line, LocalTime time) {
        digits(line, time.getHour(), 10).append(':');
        digits(line, time.getMinute(), 10).append(':');
        digits(line, time.getSecond(), 10).append('.');
        digits(line, time.getNano() / 1_000_000, 100);
    }

    private static StringBuilder digits(StringBuilder line, int number, int highest) {
        for (int place = highest; place > 0; place /= 10) {
            line.append((char) ('0' + number / place % 10));
        }
        return line;
    }

    @Override
    public byte[] headerBytes() {
        return new byte[0];
    }

    @Override
    public byte[] footerBytes() {
        return new byte[0];
    }
}

package dev.kilter.network;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.slf4j.LoggerFactory;

/** The lines about connections that a server writes meanwhile, as many as it would fill of the log: stacks too. */
public final class EdgeLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private static final List<String> SOURCES = List.of("dev.kilter.network.", "com.linecorp.armeria.", "io.netty.");

    private final Queue<String> lines = new ConcurrentLinkedQueue<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);

    public EdgeLog() {
        root.addAppender(this);
        start();
    }

    @Override
    protected void append(ILoggingEvent event) {
        if (SOURCES.stream().noneMatch(event.getLoggerName()::startsWith)) {
            return;
        }
        lines.add(event.getFormattedMessage());
        if (event.getThrowableProxy() != null) {
            ThrowableProxyUtil.asString(event.getThrowableProxy()).lines().forEach(lines::add);
        }
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    @Override
    public void close() {
        root.detachAppender(this);
    }
}

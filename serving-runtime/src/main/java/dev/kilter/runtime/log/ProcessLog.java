package dev.kilter.runtime.log;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.Encoder;
import java.util.Optional;
import net.logstash.logback.encoder.LogstashEncoder;
import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * Logback, set up in code: to look through the class path for it, and for its configuration in XML, took a tenth of a
 * start. Lines go to standard error, as standard output belongs to the report of the command {@code profile}; they are
 * JSON in a pod, text where a person watches. Who names a file in {@code logback.configurationFile} is left to Logback.
 *
 * <p>SLF4J makes it, by its name; whoever else wants it calls {@link #begin}.
 */
public final class ProcessLog implements SLF4JServiceProvider {

    private static final String FORMAT = "KILTER_LOG_FORMAT";
    private static final String LEVEL = "KILTER_LOG_LEVEL";
    private static final String TEXT = "text";
    private static final String JSON = "json";

    private final LoggerContext context = new LoggerContext();
    private final MDCAdapter fields = new LogbackMDCAdapter();
    private final IMarkerFactory markers = new BasicMarkerFactory();

    /**
     * Comes before the first logger and before other threads, which would otherwise meet a log that is half set up.
     *
     * @param watched by a person: text, where the environment does not ask for something else
     */
    public static void begin(boolean watched) {
        if (System.getProperty("logback.configurationFile") == null) {
            System.setProperty(LoggerFactory.PROVIDER_PROPERTY_KEY, ProcessLog.class.getName());
            System.setProperty("slf4j.internal.verbosity", "WARN"); // else it tells that it found this
        }
        if (watched && System.getenv(FORMAT) == null) {
            System.setProperty(FORMAT, TEXT);
        }
        LoggerFactory.getILoggerFactory();
    }

    @Override
    public void initialize() {
        context.setName("default");
        context.setMDCAdapter(fields);
        String format = setting(FORMAT).orElse(JSON);
        ConsoleAppender<ILoggingEvent> console = new ConsoleAppender<>();
        console.setContext(context);
        console.setTarget("System.err");
        console.setEncoder(started(format.equals(TEXT) ? new TextEncoder() : new LogstashEncoder()));
        console.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(setting(LEVEL).orElse(""), Level.INFO));
        root.addAppender(console);
        context.getLogger("com.linecorp.armeria").setLevel(Level.WARN);
        // Tells of a request that is none with a stack; its client is told enough.
        context.getLogger("com.linecorp.armeria.server.Http1RequestDecoder").setLevel(Level.OFF);
        context.getLogger("ai.djl").setLevel(Level.WARN);
        // Warns of a GPU library that nobody asked for.
        context.getLogger("ai.djl.onnxruntime.engine.OrtEngine").setLevel(Level.ERROR);
        context.start();
        if (!format.equals(TEXT) && !format.equals(JSON)) {
            root.warn("{}: {} (expected: {} or {}); it is taken as {}", FORMAT, format, JSON, TEXT, JSON);
        }
    }

    private Encoder<ILoggingEvent> started(Encoder<ILoggingEvent> encoder) {
        encoder.setContext(context);
        encoder.start();
        return encoder;
    }

    private static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getProperty(name)).or(() -> Optional.ofNullable(System.getenv(name)));
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return context;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return fields;
    }

    @Override
    public String getRequestedApiVersion() {
        return "2.0.99"; // any 2.0, as SLF4J counts
    }
}

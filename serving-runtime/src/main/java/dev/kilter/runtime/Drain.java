package dev.kilter.runtime;

import dev.kilter.runtime.model.HostedModels;
import dev.kilter.runtime.server.RuntimeServer;
import java.time.Duration;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How the process ends on SIGTERM or Ctrl-C, or before a leak has it killed: not ready any more, but still answering
 * while the gateways let go; then GOAWAY, what is in flight, what is queued; exit code 0, or that of a leak.
 */
final class Drain implements Runnable {

    /** How long the gateways have to notice, in seconds; 0 where it is missing. */
    static final String GRACE_ENVIRONMENT = "KILTER_DRAIN_SECONDS";

    private static final Logger LOG = LoggerFactory.getLogger(Drain.class);
    private static final Duration QUEUE_PATIENCE = Duration.ofSeconds(30);

    private final HostedModels models;
    private final RuntimeServer server;
    private final Duration grace;
    private volatile boolean wanted = true;
    private volatile int exitCode = ExitCode.OK;

    private Drain(HostedModels models, RuntimeServer server, Duration grace) {
        this.models = models;
        this.server = server;
        this.grace = grace;
    }

    /** Drains when the process is told to stop, or runs out of memory. */
    static Drain onTermination(HostedModels models, RuntimeServer server, Duration grace) {
        Drain drain = new Drain(models, server, grace);
        Runtime.getRuntime().addShutdownHook(new Thread(drain, "drain"));
        models.whenExhausted(drain::leave);
        return drain;
    }

    /** By a thread of its own: who tells of the leak is needed until the last request is answered. */
    private void leave(String reason) {
        LastWords.write(reason);
        exitCode = ExitCode.MEMORY;
        Thread.ofPlatform().name("leave").daemon().start(() -> System.exit(ExitCode.MEMORY));
    }

    /** The process ends for another reason: there is nothing to drain. */
    void forget() {
        wanted = false;
    }

    /**
     * Reads the grace.
     *
     * @throws StartException if it is not a number of seconds
     */
    static Duration grace(Map<String, String> environment) throws StartException {
        String seconds = environment.getOrDefault(GRACE_ENVIRONMENT, "0");
        if (!seconds.matches("\\d{1,4}(\\.\\d+)?")) {
            throw new StartException(
                    ExitCode.USAGE, GRACE_ENVIRONMENT + ": " + seconds + " (expected: seconds, 0..9999)");
        }
        return Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000));
    }

    @Override
    public void run() {
        if (!wanted) {
            return;
        }
        try {
            boolean served = models.ready() || exitCode == ExitCode.MEMORY;
            models.drain();
            server.beginDrain();
            if (served) {
                LOG.info("draining: not ready any more, still answering for {} ms", grace.toMillis());
                Thread.sleep(grace);
            }
            server.close();
            models.close(QUEUE_PATIENCE);
            LOG.info("stopped");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            Runtime.getRuntime().halt(exitCode); // a hook cannot change the exit code in any other way
        }
    }
}

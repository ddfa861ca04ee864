package dev.kilter.cli.local;

import dev.kilter.protocol.RuntimeConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One replica: a process on a port of its own, started again with back-off when it ends, probed as its template says,
 * ended by SIGTERM and, after the grace, SIGKILL. Its life runs on one virtual thread.
 */
public final class LocalPod {

    /** Where a pod is in its life. */
    public enum Phase {
        STARTING,
        READY,
        /** Runs, but its readiness probe fails. */
        UNREADY,
        /** Ended by itself; waits for the next start. */
        BACK_OFF,
        DRAINING,
        GONE
    }

    private final String name;
    private final PodTemplate template;
    private final List<String> command;
    private final Map<String, String> environment;
    private final Path log;
    private final Backoff backoff;
    private final PodObserver observer;
    private final CountDownLatch end = new CountDownLatch(1);
    private final CompletableFuture<Void> gone = new CompletableFuture<>();
    private volatile Duration preStop;
    private volatile Phase phase = Phase.STARTING;
    private volatile int port;
    private final AtomicInteger restarts = new AtomicInteger();

    LocalPod(
            String name,
            PodTemplate template,
            List<String> command,
            Map<String, String> environment,
            Path log,
            Backoff backoff,
            PodObserver observer) {
        this.name = name;
        this.template = template;
        this.command = List.copyOf(command);
        this.environment = Map.copyOf(environment);
        this.log = log;
        this.backoff = backoff;
        this.observer = observer;
        this.preStop = template.preStop();
    }

    public String name() {
        return name;
    }

    public String pool() {
        return template.pool();
    }

    public Phase phase() {
        return phase;
    }

    /** The loopback port of the running process; 0 before the first start. */
    public int port() {
        return port;
    }

    public int restarts() {
        return restarts.get();
    }

    /** Where the process's output goes. */
    public Path log() {
        return log;
    }

    /** Whether its end was asked for. */
    boolean stopAsked() {
        return end.getCount() == 0;
    }

    void start() {
        Thread.ofVirtual().name(name).start(this::live);
    }

    /**
     * Ends the pod as its template says; returns at once.
     *
     * @param skipPreStop true where no gateway sends to it any more
     */
    void askToStop(boolean skipPreStop) {
        if (skipPreStop) {
            preStop = Duration.ZERO;
        }
        end.countDown();
    }

    /** Completes when the pod and its process are gone. */
    CompletableFuture<Void> gone() {
        return gone;
    }

    private void live() {
        try {
            Files.deleteIfExists(log);
            int failures = 0;
            while (!stopAsked()) {
                Process process = startProcess();
                Watch watch = new Watch(process);
                Optional<String> failure = watch.untilItEndsOrMust();
                if (stopAsked()) {
                    drain(process);
                    break;
                }
                failures = watch.wasReady() ? 1 : failures + 1;
                restarts.incrementAndGet();
                Duration wait = backoff.after(failures);
                become(Phase.BACK_OFF);
                observer.said(
                        this,
                        failure.orElse("exited with " + process.exitValue()) + "; starts again in " + wait.toSeconds()
                                + " s, see " + log);
                end.await(wait.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            observer.said(this, "cannot be started: " + e.getMessage());
        } finally {
            become(Phase.GONE);
            gone.complete(null);
        }
    }

    private Process startProcess() throws IOException {
        port = freePort();
        ProcessBuilder builder = new ProcessBuilder(detached(command))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(template.environment());
        builder.environment().putAll(environment);
        builder.environment().put(RuntimeConfig.HOST_ENVIRONMENT, "127.0.0.1");
        builder.environment().put(RuntimeConfig.PORT_ENVIRONMENT, Integer.toString(port));
        become(Phase.STARTING);
        Process process = builder.start();
        process.getOutputStream().close();
        observer.started(this, process.toHandle());
        return process;
    }

    /**
     * The command, deaf to Ctrl-C: that goes to all processes of a terminal, but these are to end when they are told
     * to, after the gateway has let go of them. An ignored signal stays ignored over exec.
     */
    static List<String> detached(List<String> command) {
        List<String> line = new ArrayList<>(List.of("/bin/sh", "-c", "trap '' INT; exec \"$@\"", "kilter"));
        line.addAll(command);
        return line;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private void drain(Process process) throws InterruptedException {
        become(Phase.DRAINING);
        if (!process.waitFor(preStop.toMillis(), TimeUnit.MILLISECONDS)) {
            endProcess(process);
        }
    }

    private void endProcess(Process process) throws InterruptedException {
        process.destroy();
        if (!process.waitFor(template.grace().toMillis(), TimeUnit.MILLISECONDS)) {
            observer.said(this, "did not end within " + template.grace().toSeconds() + " s; killed");
            process.destroyForcibly().waitFor();
        }
    }

    private void become(Phase next) {
        if (phase != next) {
            phase = next;
            observer.changed(this);
        }
    }

    /** Probes one process. */
    private final class Watch {
        private static final long TICK_MILLIS = 100;

        private final Process process;
        private final Optional<PodProbe> startup;
        private final Optional<PodProbe> readiness;
        private final Optional<PodProbe> liveness;
        private boolean startupPassed;
        private boolean wasReady;

        Watch(Process process) {
            this.process = process;
            startup = template.startup().map(probe -> new PodProbe(probe, port));
            readiness = template.readiness().map(probe -> new PodProbe(probe, port));
            liveness = template.liveness().map(probe -> new PodProbe(probe, port));
            startupPassed = startup.isEmpty();
        }

        boolean wasReady() {
            return wasReady;
        }

        /** Empty: it ended by itself, or its end was asked for; else why it was ended. */
        Optional<String> untilItEndsOrMust() throws InterruptedException {
            while (!end.await(TICK_MILLIS, TimeUnit.MILLISECONDS) && process.isAlive()) {
                Optional<String> failure = startupPassed ? watchRunning() : watchStarting();
                if (failure.isPresent()) {
                    endProcess(process);
                    return failure;
                }
            }
            return Optional.empty();
        }

        private Optional<String> watchStarting() {
            PodProbe probe = startup.orElseThrow();
            probe.tick();
            startupPassed = probe.passed();
            return probe.failed() ? Optional.of("was not up in time") : Optional.empty();
        }

        private Optional<String> watchRunning() {
            readiness.ifPresent(PodProbe::tick);
            liveness.ifPresent(PodProbe::tick);
            boolean ready = readiness.map(PodProbe::passed).orElse(true);
            wasReady |= ready;
            if (ready) {
                become(Phase.READY);
            } else if (phase == Phase.READY) {
                become(Phase.UNREADY);
            }
            return liveness.filter(PodProbe::failed).map(probe -> "its liveness probe failed");
        }
    }
}

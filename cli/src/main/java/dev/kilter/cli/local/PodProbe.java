package dev.kilter.cli.local;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A probe of one process and what its last answers say. For one thread. */
final class PodProbe {

    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private static final Duration EAGER = Duration.ofMillis(250);

    private final PodTemplate.Probe probe;
    private final HttpRequest request;
    private long nextNanos;
    private long lastGoodNanos;
    private boolean passed;
    private int failures;

    PodProbe(PodTemplate.Probe probe, int port) {
        this.probe = probe;
        this.request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + probe.path()))
                .timeout(probe.timeout())
                .build();
        this.nextNanos = System.nanoTime() + probe.initialDelay().toNanos();
        this.lastGoodNanos = nextNanos;
    }

    /** Asks again if it is time. */
    void tick() {
        if (System.nanoTime() - nextNanos < 0) {
            return;
        }
        if (answers()) {
            passed = true;
            failures = 0;
            lastGoodNanos = System.nanoTime();
        } else {
            failures++;
            passed = passed && !failed();
        }
        // Until it first passes a probe costs nothing here and somebody waits: ask sooner than a kubelet would.
        Duration pause = passed || probe.period().compareTo(EAGER) < 0 ? probe.period() : EAGER;
        nextNanos = System.nanoTime() + pause.toNanos();
    }

    boolean passed() {
        return passed;
    }

    /** Whether it failed as often in a row, and for as long, as the template allows. */
    boolean failed() {
        long allowed = probe.period().multipliedBy(probe.failureThreshold()).toNanos();
        return failures >= probe.failureThreshold() && System.nanoTime() - lastGoodNanos >= allowed;
    }

    private boolean answers() {
        try {
            return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() / 100 == 2;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

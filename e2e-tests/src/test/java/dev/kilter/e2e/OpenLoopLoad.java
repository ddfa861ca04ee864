package dev.kilter.e2e;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** A constant rate of one-row tensor requests that does not wait for answers; ends when it is closed. */
final class OpenLoopLoad implements AutoCloseable {

    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    private final AtomicLong answered = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();

    private OpenLoopLoad() {}

    static OpenLoopLoad start(HttpClient http, String uri, int requestsPerSecond) {
        OpenLoopLoad load = new OpenLoopLoad();
        HttpRequest request = HttpRequest.newBuilder(URI.create(uri))
                .timeout(Duration.ofSeconds(10))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(
                        "{\"inputs\":[{\"name\":\"input\",\"datatype\":\"FP32\",\"shape\":[1,4],\"data\":[1,2,3,4]}]}"))
                .build();
        load.clock.scheduleAtFixedRate(
                () -> http.sendAsync(request, HttpResponse.BodyHandlers.discarding())
                        .whenComplete((response, failure) -> load.count(failure == null ? response.statusCode() : 0)),
                0,
                TimeUnit.SECONDS.toNanos(1) / requestsPerSecond,
                TimeUnit.NANOSECONDS);
        return load;
    }

    private void count(int status) {
        switch (status) {
            case 200 -> answered.incrementAndGet();
            case 429, 503 -> refused.incrementAndGet();
            default -> failed.incrementAndGet();
        }
    }

    long answered() {
        return answered.get();
    }

    /** Refused, with the status that says so. */
    long refused() {
        return refused.get();
    }

    /** Neither answered nor refused: errors and broken connections. */
    long failed() {
        return failed.get();
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}

package dev.kilter.autoscaler.scrape;

import dev.kilter.autoscaler.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;

/**
 * Asks many sources at once: a virtual thread each, so many at a time, each with a bound of time and of size. One slow
 * source costs its own report and nobody else's.
 */
final class Sources implements AutoCloseable {

    /** Requests under way at a time. */
    private static final int AT_A_TIME = 64;

    private final HttpClient client;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore permits = new Semaphore(AT_A_TIME);
    private final Duration timeout;
    private final int maxBytes;

    /**
     * @param timeout of each source
     * @param maxBytes of an answer; what is larger is none
     */
    Sources(Duration timeout, int maxBytes) {
        this.timeout = timeout;
        this.maxBytes = maxBytes;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /** When a round that starts now is over, by the clock of {@link System#nanoTime}. */
    long deadline() {
        return System.nanoTime() + 2 * timeout.toNanos();
    }

    /**
     * Begins to ask one.
     *
     * @param address {@code host:port}; empty: it has none yet
     * @param reader of the answer; what it throws as {@link IllegalArgumentException} makes the report missing
     */
    <T> Future<Reading<T>> start(Optional<String> address, String path, Function<String, T> reader) {
        Callable<Reading<T>> task = () -> ask(address, path, reader);
        return threads.submit(task);
    }

    /** The client's timeout ends with the headers; the deadline is for a body that trickles. */
    static <T> Reading<T> await(Future<Reading<T>> started, long deadline) {
        try {
            return started.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            started.cancel(true);
            return new Reading.Missing<>("out of time");
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking a source failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking sources", e);
        }
    }

    private <T> Reading<T> ask(Optional<String> address, String path, Function<String, T> reader) {
        if (address.isEmpty()) {
            return new Reading.Missing<>("no address yet");
        }
        try {
            permits.acquire();
            try {
                return new Reading.Report<>(reader.apply(get(address.get(), path)));
            } finally {
                permits.release();
            }
        } catch (IOException e) {
            return new Reading.Missing<>(e.getClass().getSimpleName() + " at " + address.get());
        } catch (IllegalArgumentException | NullPointerException e) {
            // Not of the expected shape, or something missing from it.
            return new Reading.Missing<>("its report cannot be read");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Reading.Missing<>("interrupted");
        }
    }

    private String get(String address, String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(timeout)
                .build();
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            byte[] bytes = body.readNBytes(maxBytes + 1);
            if (response.statusCode() != 200 || bytes.length > maxBytes) {
                throw new IllegalArgumentException("status " + response.statusCode());
            }
            return new String(bytes, StandardCharsets.UTF_8);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }
}

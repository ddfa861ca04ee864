package dev.kilter.autoscaler.scrape;

import dev.kilter.autoscaler.Reading;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
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
            return missing(new NoReport.OutOfTime());
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking a source failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking sources", e);
        }
    }

    private <T> Reading<T> ask(Optional<String> address, String path, Function<String, T> reader) {
        if (address.isEmpty()) {
            return missing(new NoReport.NoAddress());
        }
        try {
            permits.acquire();
            try {
                return get(address.get(), path, reader);
            } finally {
                permits.release();
            }
        } catch (IOException e) {
            return missing(new NoReport.Unreachable(address.get(), e.getClass().getSimpleName()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return missing(new NoReport.Interrupted());
        }
    }

    private <T> Reading<T> get(String address, String path, Function<String, T> reader)
            throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://" + address + path))
                .timeout(timeout)
                .build();
        HttpResponse<InputStream> response = client.send(request, HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream body = response.body()) {
            if (response.statusCode() != HttpURLConnection.HTTP_OK) {
                return missing(new NoReport.Refused(response.statusCode(), path));
            }
            byte[] bytes = body.readNBytes(maxBytes + 1);
            if (bytes.length > maxBytes) {
                return missing(new NoReport.TooLong(path, maxBytes));
            }
            return new Reading.Report<>(reader.apply(new String(bytes, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | NullPointerException e) {
            // Not of the expected shape, or something missing from it.
            return missing(new NoReport.Unreadable(path));
        }
    }

    private static <T> Reading<T> missing(NoReport why) {
        return new Reading.Missing<>(why.message());
    }

    @Override
    public void close() {
        threads.shutdownNow();
        client.shutdownNow();
    }
}

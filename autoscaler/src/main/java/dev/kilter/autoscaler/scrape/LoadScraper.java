package dev.kilter.autoscaler.scrape;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeLoad;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Asks many sources at once: a virtual thread each, so many at a time, each with a timeout. One slow source costs its
 * own report and nobody else's.
 */
public final class LoadScraper implements AutoCloseable {

    /** A source that takes longer has not reported. Shorter than the loop's period. */
    public static final Duration TIMEOUT = Duration.ofMillis(1500);

    /** Requests under way at a time. */
    public static final int AT_A_TIME = 64;

    /** A report is a few kilobytes; what is larger is none. */
    private static final int MAX_BYTES = 1 << 20;

    private final HttpClient client;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final Semaphore permits = new Semaphore(AT_A_TIME);
    private final Duration timeout;

    /** @param timeout of each source */
    public LoadScraper(Duration timeout) {
        this.timeout = timeout;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(timeout)
                .build();
    }

    /**
     * Who to ask.
     *
     * @param group the pool of a serving pod; empty for a gateway
     * @param address {@code host:port}; empty: it has none yet
     */
    public record Source(String namespace, String group, String name, Optional<String> address) {}

    /** Asks all of them and waits until each has answered or is out of time. */
    public LoadSnapshot read(List<Source> gateways, List<Source> pods) {
        List<Future<Reading<GatewayLoad>>> gatewayLoads = start(gateways, GatewayLoad.PATH, GatewayLoad.class);
        List<Future<Reading<RuntimeLoad>>> podLoads = start(pods, RuntimeLoad.PATH, RuntimeLoad.class);
        long deadline = System.nanoTime() + 2 * timeout.toNanos();
        List<LoadSnapshot.Gateway> gatewayReports = new ArrayList<>();
        for (int i = 0; i < gateways.size(); i++) {
            Source source = gateways.get(i);
            gatewayReports.add(
                    new LoadSnapshot.Gateway(source.namespace(), source.name(), await(gatewayLoads.get(i), deadline)));
        }
        List<LoadSnapshot.Pod> podReports = new ArrayList<>();
        for (int i = 0; i < pods.size(); i++) {
            Source source = pods.get(i);
            podReports.add(new LoadSnapshot.Pod(
                    source.namespace(),
                    source.group(),
                    source.name(),
                    source.address().orElse(""),
                    await(podLoads.get(i), deadline)));
        }
        return new LoadSnapshot(gatewayReports, podReports);
    }

    private <T> List<Future<Reading<T>>> start(List<Source> sources, String path, Class<T> type) {
        List<Future<Reading<T>>> started = new ArrayList<>();
        for (Source source : sources) {
            Callable<Reading<T>> task = () -> ask(source, path, type);
            started.add(threads.submit(task));
        }
        return started;
    }

    /** The client's timeout ends with the headers; the deadline is for a body that trickles. */
    private static <T> Reading<T> await(Future<Reading<T>> started, long deadline) {
        try {
            return started.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            started.cancel(true);
            return new Reading.Missing<>("out of time");
        } catch (ExecutionException e) {
            throw new IllegalStateException("asking for a load failed", e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while asking for loads", e);
        }
    }

    private <T> Reading<T> ask(Source source, String path, Class<T> type) {
        if (source.address().isEmpty()) {
            return new Reading.Missing<>("no address yet");
        }
        try {
            permits.acquire();
            try {
                return new Reading.Report<>(Json.read(get(source.address().get(), path), type));
            } finally {
                permits.release();
            }
        } catch (IOException e) {
            return new Reading.Missing<>(
                    e.getClass().getSimpleName() + " at " + source.address().get());
        } catch (IllegalArgumentException | NullPointerException e) {
            // Not JSON, not of that shape, or a list missing from it.
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
            byte[] bytes = body.readNBytes(MAX_BYTES + 1);
            if (response.statusCode() != 200 || bytes.length > MAX_BYTES) {
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

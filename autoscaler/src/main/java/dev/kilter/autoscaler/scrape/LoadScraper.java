package dev.kilter.autoscaler.scrape;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeLoad;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Future;

/** Asks gateways and serving pods for their load, all at once. */
public final class LoadScraper implements AutoCloseable {

    /** A source that takes longer has not reported. Shorter than the loop's period. */
    public static final Duration TIMEOUT = Duration.ofMillis(1500);

    /** A report is a few kilobytes. */
    private static final int MAX_BYTES = 1 << 20;

    private final Sources sources;

    /** @param timeout of each source */
    public LoadScraper(Duration timeout) {
        this.sources = new Sources(timeout, MAX_BYTES);
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
        long deadline = sources.deadline();
        List<LoadSnapshot.Gateway> gatewayReports = new ArrayList<>();
        for (int i = 0; i < gateways.size(); i++) {
            Source source = gateways.get(i);
            gatewayReports.add(new LoadSnapshot.Gateway(
                    source.namespace(), source.name(), Sources.await(gatewayLoads.get(i), deadline)));
        }
        List<LoadSnapshot.Pod> podReports = new ArrayList<>();
        for (int i = 0; i < pods.size(); i++) {
            Source source = pods.get(i);
            podReports.add(new LoadSnapshot.Pod(
                    source.namespace(),
                    source.group(),
                    source.name(),
                    source.address().orElse(""),
                    Sources.await(podLoads.get(i), deadline)));
        }
        return new LoadSnapshot(gatewayReports, podReports);
    }

    private <T> List<Future<Reading<T>>> start(List<Source> all, String path, Class<T> type) {
        return all.stream()
                .map(source -> sources.start(source.address(), path, text -> Json.read(text, type)))
                .toList();
    }

    @Override
    public void close() {
        sources.close();
    }
}

package dev.kilter.cli.local;

import dev.kilter.autoscaler.LoadReader;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.autoscaler.scrape.LoadScraper;
import dev.kilter.autoscaler.scrape.LoadScraper.Source;
import java.util.List;
import java.util.Optional;

/** Where gateway and pods are on this machine. Remembers the last round of reports for whoever wants to look. */
final class LocalLoads implements LoadReader, AutoCloseable {

    private final LoadScraper scraper = new LoadScraper(LoadScraper.TIMEOUT);
    private final int gatewayPort;
    private final LocalPools pools;
    private volatile LoadSnapshot last = LoadSnapshot.EMPTY;

    LocalLoads(int gatewayPort, LocalPools pools) {
        this.gatewayPort = gatewayPort;
        this.pools = pools;
    }

    @Override
    public LoadSnapshot read(List<ScalingTarget> targets) {
        last = scraper.read(
                List.of(source("", "gateway", gatewayPort)),
                pools.pods().stream()
                        .filter(pod -> pod.phase() == LocalPod.Phase.READY)
                        .map(pod -> source(pod.pool(), pod.name(), pod.port()))
                        .toList());
        return last;
    }

    /** The last round; empty before the first. */
    LoadSnapshot last() {
        return last;
    }

    @Override
    public void close() {
        scraper.close();
    }

    private static Source source(String pool, String name, int port) {
        return new Source(DeploymentFile.NAMESPACE, pool, name, Optional.of("127.0.0.1:" + port));
    }
}

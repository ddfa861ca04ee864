package dev.kilter.autoscaler.kubernetes;

import dev.kilter.autoscaler.ScalingListener;
import dev.kilter.autoscaler.ScalingLoop;
import dev.kilter.autoscaler.policy.RateScalingPolicy;
import dev.kilter.autoscaler.scrape.DcgmScraper;
import dev.kilter.autoscaler.scrape.HttpOperatingPoints;
import dev.kilter.autoscaler.scrape.LoadScraper;
import dev.kilter.core.scaling.ScalingPolicy;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;

/** The loop with its ports on Kubernetes. */
public final class KubernetesAutoscaler implements AutoCloseable {

    private final ClusterCache cache;
    private final LoadScraper scraper = new LoadScraper(LoadScraper.TIMEOUT);
    private final Optional<KubernetesGpus> gpus;
    private final HttpOperatingPoints operatingPoints = new HttpOperatingPoints();
    private final ScalingLoop loop;

    private KubernetesAutoscaler(
            KubernetesClient client,
            ScalingPolicy policy,
            Set<String> namespaces,
            Optional<ServiceName> dcgm,
            PodAddress address,
            InstantSource clock,
            String identity,
            ScalingListener listener) {
        this.cache = ClusterCache.start(client, namespaces);
        this.gpus = dcgm.map(exporters -> new KubernetesGpus(
                new ExporterEndpoints(client, exporters.namespace(), exporters.name()),
                new DcgmScraper(DcgmScraper.TIMEOUT)));
        this.loop = new ScalingLoop(
                new KubernetesPools(cache),
                new KubernetesLoads(cache, scraper, address, gpus, clock),
                policy,
                new KubernetesScales(client),
                operatingPoints,
                new KubernetesDigests(client),
                new KubernetesDemand(client, cache),
                new KubernetesEvents(client, cache, clock, identity).and(listener));
    }

    /** A Service. */
    public record ServiceName(String namespace, String name) {}

    /**
     * Lists everything once and is then ready to tick.
     *
     * @param namespaces what to look at; empty: everything
     * @param dcgm the Service of the DCGM exporters; empty: nobody tells of GPUs
     * @param identity of this process, for events
     * @param listener hears of every decision, after the events are written
     */
    public static KubernetesAutoscaler start(
            KubernetesClient client,
            Set<String> namespaces,
            Optional<ServiceName> dcgm,
            PodAddress address,
            InstantSource clock,
            String identity,
            ScalingListener listener) {
        return new KubernetesAutoscaler(
                client, new RateScalingPolicy(), namespaces, dcgm, address, clock, identity, listener);
    }

    /** The loop, to be ticked by one thread. */
    public ScalingLoop loop() {
        return loop;
    }

    @Override
    public void close() {
        operatingPoints.close();
        scraper.close();
        gpus.ifPresent(KubernetesGpus::close);
        cache.close();
    }
}

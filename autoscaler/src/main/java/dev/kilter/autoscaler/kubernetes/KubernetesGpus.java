package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.ApiGroup;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.autoscaler.dcgm.DcgmPage;
import dev.kilter.autoscaler.dcgm.GpuWatch;
import dev.kilter.autoscaler.scrape.DcgmScraper;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the DCGM exporters of the nodes that carry our pods tell of these pods' GPUs. They are asked aside, one round at
 * a time; a tick takes what is there and never waits.
 */
final class KubernetesGpus implements AutoCloseable {

    /** Of the resources that NVIDIA's device plugin offers: gpu, gpu.shared, mig-1g.10gb. */
    private static final String RESOURCES = "nvidia.com/";

    private static final Logger LOG = LoggerFactory.getLogger(KubernetesGpus.class);

    private final ExporterEndpoints endpoints;
    private final DcgmScraper scraper;
    private final GpuWatch watch = new GpuWatch();
    private final ExecutorService aside = Executors.newVirtualThreadPerTaskExecutor();
    private CompletableFuture<Map<GpuWatch.Exporter, Reading<DcgmPage>>> round =
            CompletableFuture.completedFuture(Map.of());
    private Instant asked = Instant.EPOCH;

    KubernetesGpus(ExporterEndpoints endpoints, DcgmScraper scraper) {
        this.endpoints = endpoints;
        this.scraper = scraper;
    }

    /** @param ready serving pods, with GPUs or without */
    List<LoadSnapshot.Gpus> read(List<Pod> ready, Instant now) {
        List<Pod> holding = ready.stream().filter(pod -> held(pod) > 0).toList();
        collect(now);
        ask(holding, now);
        return holding.stream().map(pod -> gpus(pod, now)).toList();
    }

    private void collect(Instant now) {
        if (!round.isDone()) {
            return;
        }
        try {
            round.join().forEach((exporter, page) -> watch.take(exporter, page, now));
        } catch (CompletionException e) {
            LOG.warn("the DCGM exporters were not asked: {}", e.getCause().getMessage(), e.getCause());
        }
        round = CompletableFuture.completedFuture(Map.of());
    }

    private void ask(List<Pod> holding, Instant now) {
        if (!round.isDone() || Duration.between(asked, now).compareTo(GpuWatch.EVERY) < 0) {
            return;
        }
        Set<String> nodes = holding.stream().map(KubernetesGpus::node).collect(Collectors.toSet());
        Set<GpuWatch.Exporter> wanted = endpoints.exporters().stream()
                .filter(exporter -> !nodes.isEmpty()
                        && (exporter.node().isEmpty()
                                || nodes.contains(exporter.node().get())))
                .collect(Collectors.toSet());
        watch.retain(wanted);
        if (!wanted.isEmpty()) {
            asked = now;
            round = CompletableFuture.supplyAsync(() -> scraper.read(wanted), aside);
        }
    }

    private LoadSnapshot.Gpus gpus(Pod pod, Instant now) {
        String namespace = pod.getMetadata().getNamespace();
        String name = pod.getMetadata().getName();
        return new LoadSnapshot.Gpus(
                namespace,
                pod.getMetadata().getLabels().getOrDefault(ApiGroup.POOL_LABEL, ""),
                name,
                held(pod),
                watch.gpus(namespace, name, node(pod), now));
    }

    private static String node(Pod pod) {
        return Optional.ofNullable(pod.getSpec().getNodeName()).orElse("");
    }

    private static int held(Pod pod) {
        return pod.getSpec().getContainers().stream()
                .flatMap(container -> Optional.ofNullable(container.getResources()).stream())
                .flatMap(resources -> Optional.ofNullable(resources.getLimits()).stream())
                .flatMap(limits -> limits.entrySet().stream())
                .filter(limit -> limit.getKey().startsWith(RESOURCES))
                .map(Map.Entry::getValue)
                .map(Quantity::getNumericalAmount)
                .mapToInt(BigDecimal::intValue)
                .sum();
    }

    @Override
    public void close() {
        aside.shutdownNow();
        scraper.close();
        endpoints.close();
    }
}

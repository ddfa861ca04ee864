package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.ApiGroup;
import dev.kilter.autoscaler.LoadReader;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.ScalingTarget;
import dev.kilter.autoscaler.scrape.LoadScraper;
import io.fabric8.kubernetes.api.model.Pod;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Asks the gateways of the targets' namespaces, and the ready pods of their pools. */
final class KubernetesLoads implements LoadReader {

    private final ClusterCache cache;
    private final LoadScraper scraper;
    private final PodAddress address;
    private final Optional<KubernetesGpus> gpus;
    private final InstantSource clock;

    /** @param gpus empty: nobody tells of GPUs */
    KubernetesLoads(
            ClusterCache cache,
            LoadScraper scraper,
            PodAddress address,
            Optional<KubernetesGpus> gpus,
            InstantSource clock) {
        this.cache = cache;
        this.scraper = scraper;
        this.address = address;
        this.gpus = gpus;
        this.clock = clock;
    }

    @Override
    public LoadSnapshot read(List<ScalingTarget> targets) {
        Set<String> namespaces =
                targets.stream().map(target -> target.key().namespace()).collect(Collectors.toSet());
        Set<String> pools = targets.stream()
                .flatMap(target ->
                        target.pools().stream().map(pool -> target.key().namespace() + "/" + pool.name()))
                .collect(Collectors.toSet());
        List<LoadScraper.Source> gateways = cache.pods("gateway").stream()
                .filter(KubernetesLoads::isReady)
                .filter(pod -> namespaces.contains(pod.getMetadata().getNamespace()))
                .map(pod -> source(pod, ""))
                .toList();
        List<Pod> pods = cache.pods("serving-runtime").stream()
                .filter(KubernetesLoads::isReady)
                .filter(pod -> pools.contains(pod.getMetadata().getNamespace() + "/" + pool(pod)))
                .toList();
        LoadSnapshot loads = scraper.read(
                gateways, pods.stream().map(pod -> source(pod, pool(pod))).toList());
        return gpus.map(each -> loads.with(each.read(pods, clock.instant()))).orElse(loads);
    }

    private LoadScraper.Source source(Pod pod, String group) {
        return new LoadScraper.Source(
                pod.getMetadata().getNamespace(), group, pod.getMetadata().getName(), address.of(pod));
    }

    private static String pool(Pod pod) {
        return pod.getMetadata().getLabels().getOrDefault(ApiGroup.POOL_LABEL, "");
    }

    /** A gateway that is not ready gets no requests; one that is terminating has handed its last ones over. */
    private static boolean isReady(Pod pod) {
        return pod.getMetadata().getDeletionTimestamp() == null
                && pod.getStatus() != null
                && pod.getStatus().getConditions().stream()
                        .anyMatch(c ->
                                c.getType().equals("Ready") && c.getStatus().equals("True"));
    }
}

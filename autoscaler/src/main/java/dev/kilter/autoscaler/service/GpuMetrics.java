package dev.kilter.autoscaler.service;

import dev.kilter.core.scaling.GpuLoads;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.Gauge;
import java.util.List;
import java.util.OptionalDouble;

/** The GPUs of pools. A figure that is not known has no series; a pool without GPUs has none at all. */
final class GpuMetrics {

    private final Gauge pods;
    private final Gauge told;
    private final Gauge utilization;
    private final Gauge memory;
    private final Gauge faults;

    GpuMetrics(CollectorRegistry registry) {
        pods = AutoscalerMetrics.pool("gpu_pods", "Ready pods that hold a GPU.", registry);
        told = AutoscalerMetrics.pool(
                "gpu_reporting_pods", "Of these, pods of whose GPUs utilisation and memory are known.", registry);
        utilization = AutoscalerMetrics.pool(
                "gpu_utilization_ratio", "Share of the time that a GPU computes, the highest of the pool.", registry);
        memory = AutoscalerMetrics.pool(
                "gpu_memory_ratio", "Share of a GPU's memory in use, the highest of the pool.", registry);
        faults = AutoscalerMetrics.pool("gpu_faults", "Faults that GPUs tell of themselves.", registry);
    }

    void set(GpuLoads gpus, String... pool) {
        if (gpus.pods() == 0) {
            remove(pool);
            return;
        }
        pods.labels(pool).set(gpus.pods());
        told.labels(pool).set(Math.min(gpus.utilization().pods(), gpus.memory().pods()));
        faults.labels(pool).set(gpus.faults().size());
        set(utilization, gpus.utilization().highest(), pool);
        set(memory, gpus.memory().highest(), pool);
    }

    private static void set(Gauge gauge, OptionalDouble value, String... pool) {
        value.ifPresentOrElse(known -> gauge.labels(pool).set(known), () -> gauge.remove(pool));
    }

    void remove(String... pool) {
        List.of(pods, told, utilization, memory, faults).forEach(gauge -> gauge.remove(pool));
    }
}

package dev.kilter.operator.build;

import io.fabric8.kubernetes.api.model.PodAntiAffinity;
import io.fabric8.kubernetes.api.model.PodAntiAffinityBuilder;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.Map;

/**
 * How pods of one kind lie apart: not all on one node, nor in one zone, if that can be; a pod that makes it uneven is
 * better than none. Zones are no second constraint: the scheduler counts no node that lacks the label of any, so that
 * where nodes have no zone none would be told from another.
 */
final class Spread {

    static final String NODES = "kubernetes.io/hostname";
    static final String ZONES = "topology.kubernetes.io/zone";
    private static final int STRONGEST = 100;

    private Spread() {}

    static TopologySpreadConstraint overNodes(Map<String, String> selector) {
        return new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey(NODES)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(selector)
                .endLabelSelector()
                .build();
    }

    static PodAntiAffinity overZones(Map<String, String> selector) {
        return new PodAntiAffinityBuilder()
                .addNewPreferredDuringSchedulingIgnoredDuringExecution()
                .withWeight(STRONGEST)
                .withNewPodAffinityTerm()
                .withTopologyKey(ZONES)
                .withNewLabelSelector()
                .withMatchLabels(selector)
                .endLabelSelector()
                .endPodAffinityTerm()
                .endPreferredDuringSchedulingIgnoredDuringExecution()
                .build();
    }
}

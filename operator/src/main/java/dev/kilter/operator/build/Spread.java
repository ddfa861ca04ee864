package dev.kilter.operator.build;

import io.fabric8.kubernetes.api.model.TopologySpreadConstraint;
import io.fabric8.kubernetes.api.model.TopologySpreadConstraintBuilder;
import java.util.Map;

/** How pods of one kind lie apart: not all on one node, nor in one zone, if that can be. */
final class Spread {

    static final String NODES = "kubernetes.io/hostname";
    static final String ZONES = "topology.kubernetes.io/zone";

    private Spread() {}

    /** Softly: a pod that makes it uneven is better than none. */
    static TopologySpreadConstraint over(String topology, Map<String, String> selector) {
        return new TopologySpreadConstraintBuilder()
                .withMaxSkew(1)
                .withTopologyKey(topology)
                .withWhenUnsatisfiable("ScheduleAnyway")
                .withNewLabelSelector()
                .withMatchLabels(selector)
                .endLabelSelector()
                .build();
    }
}

package dev.kilter.operator.build;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.Percentage;
import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.protocol.RouteTable;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** What a namespace's gateway routes: nothing but its InferenceDeployments and ServingPools decide it. */
public final class Routes {

    private Routes() {}

    /**
     * The table, sorted by name.
     *
     * @param deployments of one namespace
     * @param pools of the same namespace; a model without a pool is left out
     */
    public static RouteTable of(List<InferenceDeployment> deployments, List<ServingPool> pools) {
        return new RouteTable(deployments.stream()
                .sorted(Comparator.comparing(
                        deployment -> deployment.getMetadata().getName()))
                .map(deployment -> model(deployment, pools))
                .filter(model -> !model.revisions().isEmpty())
                .toList());
    }

    private static RouteTable.Model model(InferenceDeployment deployment, List<ServingPool> pools) {
        String name = deployment.getMetadata().getName();
        // Within a revision a pool that retires has a name of its own, since shares are told by revision.
        SortedMap<String, List<ServingPool>> revisions = new TreeMap<>();
        pools.stream()
                .filter(pool -> pool.getSpec().inferenceDeploymentRef().name().equals(name))
                .sorted(Comparator.comparing(pool -> pool.getMetadata().getName()))
                .forEach(pool -> revisions
                        .computeIfAbsent(revisionOf(pool), key -> new ArrayList<>())
                        .add(pool));
        return new RouteTable.Model(
                name,
                RuntimeConfigs.millis(
                        "slo.latency.p99", deployment.getSpec().slo().latency().p99()),
                degraded(deployment.getSpec().quality()),
                revisions.entrySet().stream()
                        .map(entry -> revision(entry.getKey(), entry.getValue()))
                        .toList());
    }

    private static RouteTable.Revision revision(String name, List<ServingPool> pools) {
        boolean candidate = pools.stream()
                .anyMatch(pool -> pool.getMetadata().getAnnotations().containsKey(Labels.CANDIDATE_SINCE));
        return new RouteTable.Revision(
                name,
                pools.getFirst().getSpec().share(),
                candidate ? Optional.of(true) : Optional.empty(),
                pools.stream().map(Routes::pool).toList());
    }

    private static Optional<Double> degraded(InferenceDeploymentSpec.Quality quality) {
        return Optional.ofNullable(quality)
                .map(asked -> Percentage.parse("quality.maxDegradedShare", asked.maxDegradedShare()))
                .filter(share -> share > 0);
    }

    private static String revisionOf(ServingPool pool) {
        String revision = pool.getSpec().revision();
        return pool.getSpec().share() > 0 ? revision : revision + "-idle";
    }

    private static RouteTable.Pool pool(ServingPool pool) {
        String capacity = pool.getSpec().capacityPerReplica();
        double weight = capacity == null ? 1 : Math.max(Double.parseDouble(capacity), 1e-3);
        return new RouteTable.Pool(pool.getMetadata().getName(), weight);
    }
}

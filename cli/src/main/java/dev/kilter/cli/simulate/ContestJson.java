package dev.kilter.cli.simulate;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kilter.planner.simulation.Outcome;

/** The result for programs; docs/simulation.md describes the members. */
public final class ContestJson {

    private ContestJson() {}

    /** The whole document. */
    public static String of(Contest contest) {
        SimulatedDeployment deployment = contest.deployment();
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("inferenceDeployment", deployment.name())
                .put("objectiveMillis", deployment.experiment().objective().toNanos() / 1e6)
                .put("capacityPerReplica", deployment.capacity())
                .put("seed", deployment.experiment().seed());
        ArrayNode runs = root.putArray("scalers");
        contest.runs().forEach(run -> runs.add(run(run)));
        try {
            return new ObjectMapper().enable(SerializationFeature.INDENT_OUTPUT).writeValueAsString(root) + "\n";
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a tree that cannot be written", e);
        }
    }

    private static ObjectNode run(Contest.Run run) {
        Outcome.Totals totals = run.outcome().totals();
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("name", run.contender().told())
                .put("setTo", run.setting())
                .put("offered", totals.requests().offered())
                .put("answered", totals.requests().answered())
                .put("inTime", totals.requests().inTime())
                .put("refused", totals.requests().refused())
                .put("failed", totals.requests().failed())
                .put("violationShare", totals.violations())
                .put("lesserShare", totals.degradedShare())
                .put("cost", totals.cost())
                .put("meanReplicas", run.meanReplicas())
                .put("mostReplicas", run.mostReplicas())
                .put("changes", run.outcome().changes().size());
        totals.p99Seconds().ifPresent(p99 -> node.put("p99Millis", 1e3 * p99));
        ArrayNode pools = node.putArray("pools");
        for (Outcome.Served pool : run.outcome().pools()) {
            pools.addObject()
                    .put("class", pool.pool())
                    .put("answered", pool.answered())
                    .put("lesser", pool.degraded())
                    .put("cost", pool.cost());
        }
        return node;
    }
}

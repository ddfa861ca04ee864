package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** CRDs whose statuses lack fields that the operator writes: the rest of the status is told, and it comes to rest. */
class OlderCrdIT extends WithOperator {

    /** Longer than the operator goes by what it has read of a CRD. */
    private static final Duration BELIEVED = Duration.ofMinutes(3);

    @Test
    void theRestOfTheStatusIsToldAndNothingIsWrittenAtRest() {
        JSONSchemaProps[] generation = new JSONSchemaProps[1];
        World world = new World(client, "older");
        world.changeSchema(InferenceDeployment.class, schema -> {
            status(schema).getProperties().remove("history");
            // One in each element of a list, too.
            generation[0] = ofConditions(schema).getProperties().remove("observedGeneration");
        });
        world.changeSchema(
                ServingPool.class, schema -> status(schema).getProperties().remove("scheduledReplicas"));

        world.apply(RunningOperator.EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        assertThat(world.deployment("embedder").getStatus().history()).isEmpty();
        assertThat(world.condition("embedder", "Ready"))
                .hasValueSatisfying(
                        ready -> assertThat(ready.observedGeneration()).isNull());
        world.eventually(() -> world.pools().getFirst().getStatus().readyReplicas() == 1);
        assertThat(world.pools().getFirst().getStatus().scheduledReplicas()).isNull();

        // What the CRD lacks is believed for two minutes: they begin anew.
        running.rest(world, BELIEVED);
        ApiRequests atRest = ApiRequests.soFar(client);
        running.lookAgain(world);
        running.settle();
        assertThat(ApiRequests.soFar(client).since(atRest, "modelprofiles").byKind())
                .as("writes though it looked again")
                .isEmpty();

        world.changeSchema(
                InferenceDeployment.class,
                schema -> ofConditions(schema).getProperties().put("observedGeneration", generation[0]));
        running.passes(BELIEVED);
        running.touch("older");
        world.eventually(() -> world.condition("embedder", "Ready")
                .filter(ready -> ready.observedGeneration() != null)
                .isPresent());
    }

    private static JSONSchemaProps ofConditions(JSONSchemaProps schema) {
        return status(schema).getProperties().get("conditions").getItems().getSchema();
    }

    private static JSONSchemaProps status(JSONSchemaProps schema) {
        return schema.getProperties().get("status");
    }
}

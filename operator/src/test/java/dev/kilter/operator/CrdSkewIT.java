package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** CRDs of another release than the operator's: fewer fields, or more. */
class CrdSkewIT extends WithOperator {

    private static final String EMBEDDER = RunningOperator.EMBEDDER;

    @Test
    void withAnOlderCrdWhatServesGoesOnAndTheRestIsToldUntilItIsUpgraded() {
        World world = new World(client, "older");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        String pool = world.pools().getFirst().getMetadata().getName();
        running.settle();

        JSONSchemaProps[] field = new JSONSchemaProps[1];
        world.changeSchema(
                ServingPool.class,
                schema -> field[0] =
                        schema.getProperties().get("spec").getProperties().remove("costPerReplicaHour"));
        world.apply(EMBEDDER.replace("p99: 100ms", "p99: 80ms"));
        world.eventually(() -> world.condition("embedder", "Stalled")
                .filter(stalled -> stalled.message().contains(".spec.costPerReplicaHour: field not declared in schema"))
                .isPresent());
        assertThat(world.status("embedder", "TrafficAvailable")).isEqualTo("True");
        assertThat(world.pools())
                .extracting(each -> each.getMetadata().getName())
                .containsExactly(pool);
        running.rest(world);
        long since = System.nanoTime();
        ApiRequests atRest = ApiRequests.soFar(client);
        World.pause(lookAgain().minusSeconds(1).toMillis());
        ApiRequests tried = ApiRequests.soFar(client).since(atRest);
        Duration took = Duration.ofNanos(System.nanoTime() - since);
        assertThat(tried.total())
                .as("it is tried once each %s, and what fails is repeated thrice: %s in %s", lookAgain(), tried, took)
                .isLessThanOrEqualTo(4 * (1 + took.dividedBy(lookAgain())));

        world.changeSchema(
                ServingPool.class,
                schema -> schema.getProperties().get("spec").getProperties().put("costPerReplicaHour", field[0]));
        // It looks again by itself.
        world.eventually(() -> world.status("embedder", "Stalled").equals("False"));
        world.eventually(() -> world.pools().size() == 2);
    }

    @Test
    void withANewerCrdWhatItDoesNotKnowStaysAsItIs() {
        JSONSchemaProps text = new JSONSchemaPropsBuilder().withType("string").build();
        World world = new World(client, "newer");
        world.changeSchema(InferenceDeployment.class, schema -> {
            schema.getProperties().get("spec").getProperties().put("knob", text);
            schema.getProperties().get("status").getProperties().put("fact", text);
        });
        world.apply(EMBEDDER + "  knob: turned\n");
        client.resource(world.deployment("embedder"))
                .subresource("status")
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"status\":{\"fact\":\"known\"}}");
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));

        GenericKubernetesResource found = client.genericKubernetesResources(
                        "serving.kilter.dev/v1alpha1", "InferenceDeployment")
                .inNamespace("newer")
                .withName("embedder")
                .get();
        assertThat(found.<String>get("spec", "knob")).isEqualTo("turned");
        assertThat(found.<String>get("status", "fact")).isEqualTo("known");
    }
}

package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

/**
 * What many InferenceDeployments cost the API server, as it counts itself. By hand with a thousand and a minute of
 * rest: {@code -Dkilter.fleet.size=1000 -Dkilter.fleet.namespaces=20 -Dkilter.fleet.rest=60}.
 */
class FleetIT extends WithOperator {

    private static final int SIZE = Integer.getInteger("kilter.fleet.size", 200);
    private static final int NAMESPACES = Integer.getInteger("kilter.fleet.namespaces", 4);
    /** Different models in each namespace; each is measured once. */
    private static final int MODELS = Integer.getInteger("kilter.fleet.models", 10);

    private static final Duration REST = Duration.ofSeconds(Integer.getInteger("kilter.fleet.rest", 20));

    /** Looking at all of it costs the machine something. */
    private static final Duration NOW_AND_THEN = Duration.ofMillis(500);

    /** How long a pod takes to be ready. */
    private static final Duration START = Duration.ofSeconds(15);

    /** What is counted is what the operator does, at its pace. */
    @Override
    Duration lookAgain() {
        return KilterOperator.LOOK_AGAIN;
    }

    @Test
    void aFleetCostsFewWritesAndNoneAtRest() throws Exception {
        Fleet fleet = new Fleet(client, SIZE, NAMESPACES, MODELS);
        fleet.prepare();
        ApiRequests before = ApiRequests.soFar(client);
        try (PlayedPods _ = PlayedPods.starting(client, START)) {
            fleet.apply();
            Await.until("the fleet to be planned and routed", NOW_AND_THEN, fleet::isDone);
            Await.until("the fleet to be ready", NOW_AND_THEN, fleet::isReady);
            Await.until("measurements to be begun", NOW_AND_THEN, () -> fleet.measurements() >= NAMESPACES * MODELS);
            running.settle();
        }
        // What the test wrote, and Events, of which the API server writes some of its own.
        ApiRequests written =
                ApiRequests.soFar(client).since(before, "inferencedeployments", "deployments/status", "events");
        assertThat(written.byKind())
                .as("a measurement begun for each model of a namespace")
                .containsEntry("jobs", (long) NAMESPACES * MODELS);
        assertThat(written.total() / (double) SIZE)
                .as("writes for each until it is Ready and its model's measurement begun, in %s", written)
                .isLessThanOrEqualTo(8);
        double quiet = running.operator.metrics.allWrites();
        double withoutEvents = running.operator.metrics.allWrites("Event");
        assertThat(withoutEvents).as("our own count of %s", written).isEqualTo((double) written.total());
        assertThat((quiet - withoutEvents) / SIZE).as("Events for each").isLessThanOrEqualTo(1);

        ApiRequests atRest = ApiRequests.soFar(client);
        double looks = running.operator.metrics.allReconciles();
        for (int number = 0; number < NAMESPACES; number++) {
            running.touch(fleet.namespace(number));
        }
        Await.until(
                "the operator to look again at all of it",
                () -> running.operator.metrics.allReconciles() >= looks + SIZE);
        World.pause(REST.toMillis());
        assertThat(ApiRequests.soFar(client)
                        .since(atRest, "modelprofiles", "events")
                        .byKind())
                .isEmpty();
        assertThat(running.operator.metrics.allWrites()).isEqualTo(quiet);

        running.operator.close();
        try (KilterOperator again = running.another()) {
            again.start();
            Await.until("another operator to look at all of it", () -> again.metrics.allReconciles() >= 2 * SIZE);
            World.pause(3000);
            assertThat(ApiRequests.soFar(client)
                            .since(atRest, "modelprofiles", "events")
                            .byKind())
                    .isEmpty();
            assertThat(again.metrics.allWrites()).isZero();
        }
    }
}

package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;

/**
 * What many InferenceDeployments cost the API server, as it counts itself. By hand with a thousand and a minute of
 * rest: {@code -Dkilter.fleet.size=1000 -Dkilter.fleet.namespaces=20 -Dkilter.fleet.rest=60}.
 */
class FleetIT extends WithOperator {

    private static final int SIZE = Integer.getInteger("kilter.fleet.size", 200);
    private static final int NAMESPACES = Integer.getInteger("kilter.fleet.namespaces", 4);
    private static final Duration REST = Duration.ofSeconds(Integer.getInteger("kilter.fleet.rest", 20));

    @Test
    void aFleetCostsFewWritesAndNoneAtRest() throws Exception {
        Fleet fleet = new Fleet(client, SIZE, NAMESPACES);
        fleet.prepare();
        ApiRequests before = ApiRequests.soFar(client);
        fleet.apply();
        eventually(fleet::isDone);
        running.settle();
        ApiRequests now = ApiRequests.soFar(client);
        ApiRequests written = now.since(before, "inferencedeployments", "events");
        assertThat(written.total() / (double) SIZE)
                .as("writes for each in %s", written)
                .isLessThanOrEqualTo(8);
        // The API server writes Events of its own.
        assertThat(running.operator.metrics.allWrites("Event"))
                .as("our own count of %s", written)
                .isEqualTo((double) written.total());

        double quiet = running.operator.metrics.allWrites();
        ApiRequests atRest = ApiRequests.soFar(client);
        double looks = running.operator.metrics.allReconciles();
        for (int number = 0; number < NAMESPACES; number++) {
            running.touch(fleet.namespace(number));
        }
        eventually(() -> running.operator.metrics.allReconciles() >= looks + SIZE);
        World.pause(REST.toMillis());
        assertThat(ApiRequests.soFar(client)
                        .since(atRest, "modelprofiles", "events")
                        .byKind())
                .isEmpty();
        assertThat(running.operator.metrics.allWrites()).isEqualTo(quiet);

        running.operator.close();
        try (KilterOperator again = running.another()) {
            again.start();
            eventually(() -> again.metrics.allReconciles() >= 2 * SIZE);
            World.pause(3000);
            assertThat(ApiRequests.soFar(client)
                            .since(atRest, "modelprofiles", "events")
                            .byKind())
                    .isEmpty();
            assertThat(again.metrics.allWrites()).isZero();

            ApiRequests unready = ApiRequests.soFar(client);
            fleet.becomesReady();
            eventually(fleet::isReady);
            World.pause(3000);
            written = ApiRequests.soFar(client).since(unready, "deployments/status", "events");
            assertThat(written.total() / (double) SIZE)
                    .as("more writes for each until it is Ready and its measurement begun, in %s", written)
                    .isLessThanOrEqualTo(5);
        }
    }

    private static void eventually(BooleanSupplier holds) {
        long deadline = System.nanoTime() + Duration.ofMinutes(2).toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime()).as("patience with the fleet").isLessThan(deadline);
            World.pause(500);
        }
    }
}

package dev.kilter.operator;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;

/** A test class with a real API server and an operator of its own. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
abstract class WithOperator {

    static RunningOperator running;
    static KubernetesClient client;

    /** The operator's {@link KilterOperator#LOOK_AGAIN}, sooner. */
    Duration lookAgain() {
        return Duration.ofSeconds(5);
    }

    @BeforeAll
    void start() throws IOException {
        running = RunningOperator.start(lookAgain());
        client = running.client();
    }

    /** What is left of a test would write, and wake, amid what the next one counts. */
    @AfterEach
    void leaveNothing() {
        client.resources(InferenceDeployment.class).inAnyNamespace().delete();
        Await.until(
                "no pool to be left",
                () -> client.resources(ServingPool.class)
                        .inAnyNamespace()
                        .delete()
                        .isEmpty());
    }

    @AfterAll
    void stop() {
        if (running != null) {
            running.close();
            running = null;
        }
    }
}

package dev.kilter.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
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

    @AfterAll
    void stop() {
        if (running != null) {
            running.close();
            running = null;
        }
    }
}

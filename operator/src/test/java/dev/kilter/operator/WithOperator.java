package dev.kilter.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** A test class with a real API server and an operator of its own. */
abstract class WithOperator {

    static RunningOperator running;
    static KubernetesClient client;

    @BeforeAll
    static void start() throws IOException {
        running = RunningOperator.start();
        client = running.client();
    }

    @AfterAll
    static void stop() {
        if (running != null) {
            running.close();
            running = null;
        }
    }
}

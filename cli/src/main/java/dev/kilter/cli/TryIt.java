package dev.kilter.cli;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.Tasks;

/** The line that a user can paste to get a first answer. */
final class TryIt {

    private TryIt() {}

    static String curl(InferenceDeployment deployment, int port) {
        return curl(
                deployment.getMetadata().getName(), deployment.getSpec().model().task(), port);
    }

    static String curl(String model, String task, int port) {
        String base = "http://127.0.0.1:" + port;
        return task.equals(Tasks.TEXT_EMBEDDING)
                ? "curl -s " + base + "/v1/predict -H 'Content-Type: application/json' -d '{\"model\": \"" + model
                        + "\", \"instances\": [\"A sentence to embed.\"]}'"
                : "curl -s " + base + "/v2/models/" + model;
    }
}

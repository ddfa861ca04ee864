package dev.kilter.runtime.exchange;

import java.util.List;
import java.util.Optional;

/** What the server says of itself: the answer to {@code GET /v2} and to {@code ServerMetadata}. */
public record ServerIdentity(String name, String version, List<String> extensions) {

    private static final ServerIdentity CURRENT = new ServerIdentity(
            "kilter",
            Optional.ofNullable(ServerIdentity.class.getPackage().getImplementationVersion())
                    .orElse("development"),
            List.of(
                    "binary_tensor_data",
                    "model_configuration",
                    "model_repository",
                    "model_repository(unload_dependents)",
                    "statistics"));

    public static ServerIdentity current() {
        return CURRENT;
    }
}

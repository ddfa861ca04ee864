package dev.kilter.runtime.server;

import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.exchange.ServerIdentity;
import dev.kilter.runtime.serving.ModelServer;
import java.util.List;

/** The answer to {@code GET /}: what this is, and where to look. */
record Landing(String name, String version, List<String> models, List<String> paths) {

    static Landing of(ModelServer models) {
        ServerIdentity server = ServerIdentity.current();
        return new Landing(
                server.name() + " serving runtime",
                server.version(),
                models.names(),
                List.of(
                        "GET /v2",
                        "GET /v2/health/live",
                        "GET /v2/health/ready",
                        "GET /v2/models/{model}",
                        "POST /v2/models/{model}/infer",
                        "POST /v1/predict",
                        "GET /metrics",
                        "GET " + RuntimeLoad.PATH));
    }
}

package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.HttpMethod;
import java.util.Map;

/** What a request asks for, as far as its path tells. */
sealed interface Asked {

    /** @param inference whether it counts as offered load */
    record OfModel(String name, boolean inference) implements Asked {}

    /** The model's name is the first field of the gRPC message. */
    record ByMessage(boolean inference) implements Asked {}

    /** The model's name is a member of the JSON body; counts as offered load. */
    record ByJson() implements Asked {}

    /** Any pod can answer: they all run the same server. */
    record OfServer() implements Asked {}

    /** Whether this process lives. */
    record Live() implements Asked {}

    /**
     * Whether the host's model has a ready pod; of a host that names none, as probes do, whether the gateway is ready.
     */
    record Ready() implements Asked {}

    /** gRPC's own health check, of the service or model that the message names. */
    record Health() implements Asked {}

    /** Nothing that is served here. */
    record Nothing(Problem problem) implements Asked {}

    /** The gRPC methods, by path. */
    Map<String, Asked> GRPC_METHODS = Map.ofEntries(
            Map.entry("/inference.GRPCInferenceService/ServerLive", new Live()),
            Map.entry("/inference.GRPCInferenceService/ServerReady", new Ready()),
            Map.entry("/inference.GRPCInferenceService/ServerMetadata", new OfServer()),
            Map.entry("/inference.GRPCInferenceService/RepositoryIndex", new OfServer()),
            Map.entry("/inference.GRPCInferenceService/ModelReady", new ByMessage(false)),
            Map.entry("/inference.GRPCInferenceService/ModelMetadata", new ByMessage(false)),
            Map.entry("/inference.GRPCInferenceService/ModelConfig", new ByMessage(false)),
            Map.entry("/inference.GRPCInferenceService/ModelStatistics", new ByMessage(false)),
            Map.entry("/inference.GRPCInferenceService/ModelInfer", new ByMessage(true)),
            Map.entry("/kilter.v1.InferenceService/Predict", new ByMessage(true)),
            Map.entry("/grpc.health.v1.Health/Check", new Health()));

    /** A gRPC call. Streams are refused: one stream may name many models, so no one pod could answer it. */
    static Asked grpc(String path) {
        Asked asked = GRPC_METHODS.get(path);
        return asked != null
                ? asked
                : new Nothing(Problem.unimplemented("method: " + path + " is not served by the gateway"));
    }

    /** A REST call. */
    static Asked rest(HttpMethod method, String path) {
        return switch (path) {
            case "/v2", "/v2/", "/v2/models/stats", "/v2/repository/index" -> new OfServer();
            case "/v2/health/live" -> new Live();
            case "/v2/health/ready" -> new Ready();
            case "/v1/predict" -> new ByJson();
            default -> model(method, path);
        };
    }

    private static Asked model(HttpMethod method, String path) {
        String prefix = "/v2/models/";
        if (!path.startsWith(prefix) || path.length() == prefix.length()) {
            return new Nothing(Problem.unknownPath(path));
        }
        int end = path.indexOf('/', prefix.length());
        String name = end < 0 ? path.substring(prefix.length()) : path.substring(prefix.length(), end);
        return new OfModel(name, method == HttpMethod.POST && path.endsWith("/infer"));
    }
}

package dev.kilter.gateway.proxy;

import com.linecorp.armeria.common.AggregatedHttpRequest;
import com.linecorp.armeria.common.RequestHeaders;
import dev.kilter.gateway.routing.ModelRoute;
import dev.kilter.gateway.routing.RoutingTable;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/**
 * Finds the model that a request is for: the path's or the message's name; where it names none, the first label of the
 * host it was sent to; where that is no model, the only model there is.
 */
final class Resolver {

    private final RoutingTable routing;

    Resolver(RoutingTable routing) {
        this.routing = routing;
    }

    /** What was found. */
    sealed interface Found {
        /** @param inference whether it counts as offered load */
        record Model(ModelRoute route, boolean inference) implements Found {}

        record None(Problem problem) implements Found {}
    }

    Found resolve(Asked.OfModel asked) {
        return named(asked.name(), asked.inference());
    }

    Found resolve(Asked.ByMessage asked, AggregatedHttpRequest request) {
        try {
            String name = messageName(request);
            return name.isEmpty() ? unnamed(request.headers(), asked.inference()) : named(name, asked.inference());
        } catch (FirstField.MalformedException e) {
            return new Found.None(Problem.invalid(e.getMessage()));
        }
    }

    Found resolveJson(AggregatedHttpRequest request) {
        try (InputStream body = request.content().toInputStream()) {
            String name = JsonModel.read(body);
            return name.isEmpty() ? unnamed(request.headers(), true) : named(name, true);
        } catch (IOException e) {
            // The pod says best what is wrong with its body, if the host alone tells which pod.
            return byHost(request.headers())
                    .<Found>map(route -> new Found.Model(route, true))
                    .orElseGet(() -> new Found.None(Problem.invalid("body: " + firstLine(e))));
        }
    }

    Found resolveServer(RequestHeaders headers) {
        return byHost(headers)
                .or(() -> routing.models().stream()
                        .filter(ModelRoute::hasReadyPod)
                        .findFirst())
                .or(() -> routing.models().stream().findFirst())
                .<Found>map(route -> new Found.Model(route, false))
                .orElseGet(() -> new Found.None(Problem.noReadyPod("(none is routed)")));
    }

    /** Whether the host's model has a ready pod; where the host names none, whether the gateway knows its routes. */
    boolean ready(RequestHeaders headers) {
        return byHost(headers).map(ModelRoute::hasReadyPod).orElseGet(routing::known);
    }

    /** The name in the message's first field; empty: none. */
    static String messageName(AggregatedHttpRequest request) throws FirstField.MalformedException {
        try (InputStream body = request.content().toInputStream()) {
            return FirstField.read(
                    body, request.content().length(), request.headers().get("grpc-encoding", "identity"));
        } catch (IOException e) {
            throw new FirstField.MalformedException("body: not readable (" + e.getMessage() + ")");
        }
    }

    private Found named(String name, boolean inference) {
        return routing.model(name)
                .<Found>map(route -> new Found.Model(route, inference))
                .orElseGet(() -> new Found.None(Problem.unknownModel(name)));
    }

    private Found unnamed(RequestHeaders headers, boolean inference) {
        return byHost(headers)
                .or(() ->
                        routing.models().size() == 1 ? routing.models().stream().findFirst() : Optional.empty())
                .<Found>map(route -> new Found.Model(route, inference))
                .orElseGet(() -> new Found.None(
                        Problem.invalid("model: missing (expected: the name of an InferenceDeployment)")));
    }

    private Optional<ModelRoute> byHost(RequestHeaders headers) {
        String authority = headers.authority(); // In HTTP/1.1 the Host header.
        if (authority == null) {
            return Optional.empty();
        }
        int end = 0;
        while (end < authority.length() && authority.charAt(end) != '.' && authority.charAt(end) != ':') {
            end++;
        }
        return end == 0 ? Optional.empty() : routing.model(authority.substring(0, end));
    }

    private static String firstLine(IOException e) {
        String message = String.valueOf(e.getMessage());
        int end = message.indexOf('\n');
        return end < 0 ? message : message.substring(0, end);
    }
}

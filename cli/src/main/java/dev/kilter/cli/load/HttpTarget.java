package dev.kilter.cli.load;

import com.linecorp.armeria.client.ClientFactory;
import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.HttpData;
import com.linecorp.armeria.common.HttpHeaderNames;
import com.linecorp.armeria.common.HttpMethod;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.HttpStatus;
import com.linecorp.armeria.common.MediaType;
import com.linecorp.armeria.common.RequestHeaders;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;

/** Sends Open Inference Protocol requests to one address, over HTTP/2 without TLS; in turn, one body after another. */
public final class HttpTarget implements LoadTarget, AutoCloseable {

    private final ClientFactory factory;
    private final WebClient client;
    private final RequestHeaders headers;
    private final List<String> bodies;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * @param port on loopback
     * @param model the name in the path
     * @param bodies at least one
     * @param timeout a request without an answer by then has failed
     */
    public HttpTarget(int port, String model, List<String> bodies, Duration timeout) {
        this.factory = ClientFactory.builder().workerGroup(1).build();
        this.client = WebClient.builder("h2c://127.0.0.1:" + port)
                .factory(factory)
                .responseTimeout(timeout)
                .maxResponseLength(0)
                .build();
        this.headers = RequestHeaders.of(
                HttpMethod.POST, "/v2/models/" + model + "/infer", HttpHeaderNames.CONTENT_TYPE, MediaType.JSON);
        this.bodies = List.copyOf(bodies);
    }

    @Override
    public CompletionStage<Reply> send() {
        String body = bodies.get(Math.floorMod(next.getAndIncrement(), bodies.size()));
        return client.execute(HttpRequest.of(headers, HttpData.ofUtf8(body)))
                .aggregate()
                .handle((response, error) -> error != null ? Reply.FAILED : reply(response.status()));
    }

    @Override
    public void close() {
        factory.close();
    }

    private static Reply reply(HttpStatus status) {
        return switch (status.code()) {
            case 200 -> Reply.ANSWERED;
            case 429, 503, 504 -> Reply.REFUSED;
            default -> Reply.FAILED;
        };
    }
}

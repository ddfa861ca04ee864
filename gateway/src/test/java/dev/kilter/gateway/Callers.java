package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.INFER;
import static dev.kilter.gateway.GatewayFixture.code;
import static dev.kilter.gateway.GatewayFixture.frame;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.SessionProtocol;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Callers of model {@code m} that send the next request when the last is answered: REST over HTTP/2, gRPC, and REST
 * over HTTP/1.1 in turn.
 */
final class Callers implements AutoCloseable {

    private final AtomicInteger good = new AtomicInteger();
    private final List<String> bad = Collections.synchronizedList(new ArrayList<>());
    private final List<CompletableFuture<Void>> ended = new ArrayList<>();
    private volatile boolean running = true;
    private volatile Target target;

    private record Target(GatewayFixture fixture, WebClient http1) {
        static Target of(GatewayFixture fixture) {
            return new Target(fixture, fixture.client(SessionProtocol.H1C));
        }
    }

    Callers(GatewayFixture fixture, int count) {
        target = Target.of(fixture);
        for (int i = 0; i < count; i++) {
            CompletableFuture<Void> end = new CompletableFuture<>();
            ended.add(end);
            call(i % 3, end);
        }
    }

    /** The next requests go to another gateway. */
    void moveTo(GatewayFixture fixture) {
        target = Target.of(fixture);
    }

    int good() {
        return good.get();
    }

    List<String> bad() {
        return List.copyOf(bad);
    }

    private void call(int kind, CompletableFuture<Void> end) {
        if (!running) {
            end.complete(null);
            return;
        }
        Target now = target;
        CompletableFuture<AggregatedHttpResponse> answer = switch (kind) {
            case 0 -> now.fixture().infer("m");
            case 1 -> now.fixture().grpc(INFER, frame("m"));
            default -> now.http1().post("/v2/models/m/infer", "{}").aggregate();
        };
        var _ = answer.handleAsync((response, cause) -> {
            boolean fine = cause == null
                    && (kind == 1 ? code(response) == 0 : response.status().code() == 200);
            if (fine) {
                good.incrementAndGet();
            } else {
                bad.add(cause != null ? cause.toString() : response.headers() + " " + response.contentUtf8());
            }
            call(kind, end);
            return null;
        });
    }

    @Override
    public void close() {
        running = false;
        ended.forEach(CompletableFuture::join);
    }
}

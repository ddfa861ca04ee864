package dev.kilter.runtime.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.inference.GRPCInferenceServiceGrpc;
import dev.kilter.protocol.predict.InferenceServiceGrpc;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.serving.ServedModel;
import io.grpc.Status;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc.HealthImplBase;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * {@code grpc.health.v1}: the whole server under its services' names and the empty one, each model under its own, and
 * each of its versions under {@code MODEL/VERSION}.
 */
public final class HealthService extends HealthImplBase {

    private static final Set<String> WHOLE_SERVER =
            Set.of("", GRPCInferenceServiceGrpc.SERVICE_NAME, InferenceServiceGrpc.SERVICE_NAME);
    private static final long WATCH_INTERVAL_MILLIS = 500;

    private final Edge edge;
    private final Set<Watch> watches = ConcurrentHashMap.newKeySet();

    public HealthService(Edge edge) {
        this.edge = edge;
    }

    @Override
    public void check(HealthCheckRequest request, StreamObserver<HealthCheckResponse> caller) {
        Optional<ServingStatus> status = status(request.getService());
        if (status.isPresent()) {
            caller.onNext(response(status.get()));
            caller.onCompleted();
        } else {
            caller.onError(Status.NOT_FOUND
                    .withDescription("service " + request.getService() + ": not known (expected: one of " + WHOLE_SERVER
                            + ", a model's name, or MODEL/VERSION)")
                    .asRuntimeException());
        }
    }

    @Override
    public void watch(HealthCheckRequest request, StreamObserver<HealthCheckResponse> caller) {
        new Watch(request.getService(), (ServerCallStreamObserver<HealthCheckResponse>) caller)
                .start(ServiceRequestContext.current());
    }

    /** Ends open watches; their callers ask again elsewhere. */
    public void endStreams() {
        watches.forEach(Watch::leave);
    }

    private Optional<ServingStatus> status(String service) {
        if (WHOLE_SERVER.contains(service)) {
            return Optional.of(serving(edge.ready()));
        }
        int slash = service.indexOf('/');
        Optional<ServedModel> model = slash < 0
                ? edge.models().model(service)
                : edge.models().versions(service.substring(0, slash)).stream()
                        .filter(version -> version.version().equals(service.substring(slash + 1)))
                        .findFirst();
        return model.map(found -> serving(edge.ready(found)));
    }

    private static ServingStatus serving(boolean ready) {
        return ready ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    }

    private static HealthCheckResponse response(ServingStatus status) {
        return HealthCheckResponse.newBuilder().setStatus(status).build();
    }

    /** Tells one caller of each change. Runs on the event loop of its call. */
    private final class Watch {

        private final String service;
        private final ServerCallStreamObserver<HealthCheckResponse> caller;
        private ServingStatus told = ServingStatus.UNKNOWN;
        private ScheduledFuture<?> ticks;
        private ServiceRequestContext ctx;

        Watch(String service, ServerCallStreamObserver<HealthCheckResponse> caller) {
            this.service = service;
            this.caller = caller;
        }

        void start(ServiceRequestContext context) {
            ctx = context;
            watches.add(this);
            caller.setOnCancelHandler(this::stop);
            tell();
            ticks = ctx.eventLoop()
                    .withoutContext()
                    .scheduleAtFixedRate(
                            this::tell, WATCH_INTERVAL_MILLIS, WATCH_INTERVAL_MILLIS, TimeUnit.MILLISECONDS);
        }

        private void tell() {
            ServingStatus now = status(service).orElse(ServingStatus.SERVICE_UNKNOWN);
            if (now != told) {
                told = now;
                caller.onNext(response(now));
            }
        }

        private void stop() {
            watches.remove(this);
            ticks.cancel(false);
        }

        void leave() {
            ctx.eventLoop().execute(() -> {
                if (!ticks.isCancelled()) {
                    tell();
                    stop();
                    caller.onCompleted();
                }
            });
        }
    }
}

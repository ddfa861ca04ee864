package dev.kilter.runtime.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.protocol.inference.ModelInferRequest;
import dev.kilter.protocol.inference.ModelInferResponse;
import dev.kilter.protocol.inference.ModelStreamInferResponse;
import io.grpc.Status;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.CompletionException;

/**
 * One {@code ModelStreamInfer}: each request is admitted by itself and answered when it is done, so answers may come in
 * another order; their ids tell. At shutdown what was taken is answered, then the stream ends with {@code UNAVAILABLE}.
 * All its methods run on the event loop of the call.
 */
final class InferenceStream implements StreamObserver<ModelInferRequest> {

    private final ServiceRequestContext ctx;
    private final InferenceHandler handler;
    private final StreamObserver<ModelStreamInferResponse> caller;
    private final Runnable onEnd;
    private int unanswered;
    private boolean halfClosed;
    private boolean leaving;
    private boolean ended;

    InferenceStream(
            ServiceRequestContext ctx,
            InferenceHandler handler,
            StreamObserver<ModelStreamInferResponse> caller,
            Runnable onEnd) {
        this.ctx = ctx;
        this.handler = handler;
        this.caller = caller;
        this.onEnd = onEnd;
    }

    @Override
    public void onNext(ModelInferRequest request) {
        unanswered++;
        handler.infer(ctx, request).whenComplete((response, failure) -> {
            if (ctx.eventLoop().inEventLoop()) {
                answer(request, response, failure);
            } else {
                ctx.eventLoop().execute(() -> answer(request, response, failure));
            }
        });
    }

    private void answer(ModelInferRequest request, ModelInferResponse response, Throwable failure) {
        unanswered--;
        if (ended) {
            return;
        }
        caller.onNext(failure == null ? answered(response) : failed(request, failure));
        endIfDone();
    }

    private static ModelStreamInferResponse answered(ModelInferResponse response) {
        return ModelStreamInferResponse.newBuilder().setInferResponse(response).build();
    }

    private static ModelStreamInferResponse failed(ModelInferRequest request, Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return ModelStreamInferResponse.newBuilder()
                .setErrorMessage(Status.fromThrowable(cause).getDescription())
                .setInferResponse(ModelInferResponse.newBuilder()
                        .setModelName(request.getModelName())
                        .setId(request.getId()))
                .build();
    }

    @Override
    public void onError(Throwable cancelled) {
        end();
    }

    @Override
    public void onCompleted() {
        halfClosed = true;
        endIfDone();
    }

    /** Ends the stream once what was taken is answered. From any thread. */
    void leave() {
        ctx.eventLoop().execute(() -> {
            leaving = true;
            endIfDone();
        });
    }

    private void endIfDone() {
        if (ended || unanswered > 0) {
            return;
        }
        if (halfClosed) {
            end();
            caller.onCompleted();
        } else if (leaving) {
            end();
            caller.onError(Status.UNAVAILABLE
                    .withDescription("the server is going away; open the stream again")
                    .asRuntimeException());
        }
    }

    private void end() {
        ended = true;
        onEnd.run();
    }
}

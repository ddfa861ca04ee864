package dev.kilter.runtime.grpc;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.exchange.Edge;
import dev.kilter.runtime.exchange.Exchange;
import dev.kilter.runtime.exchange.Protocol;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * One {@code ModelStreamInfer}: each request is admitted by itself and answered when it is done, so answers may come in
 * another order; their ids tell. Of a client that does not take its answers no more requests are taken. At shutdown
 * what was taken is answered, then the stream ends with {@code UNAVAILABLE}. All its methods run on the event loop of
 * the call.
 */
final class InferenceStream implements StreamObserver<byte[]> {

    private static final int ERROR_MESSAGE = 1;
    private static final int INFER_RESPONSE = 2;

    /** Of answers, those included that the requests taken will have: bytes that may wait for the client to read. */
    private static final long MOST_UNREAD = 1 << 20;

    /** What an answer is taken to have before there was one, bytes. */
    private static final long UNKNOWN_ANSWER = MOST_UNREAD / 16;

    private final ServiceRequestContext ctx;
    private final Edge edge;
    private final ServerCallStreamObserver<byte[]> caller;
    private final Consumer<InferenceStream> onEnd;
    private final List<Exchange> unread = new ArrayList<>();
    private long unreadBytes;
    private long largestAnswer = UNKNOWN_ANSWER;
    private boolean answered;
    private int unanswered;
    private boolean asking;
    private boolean halfClosed;
    private boolean leaving;
    private boolean ended;

    InferenceStream(
            ServiceRequestContext ctx,
            Edge edge,
            ServerCallStreamObserver<byte[]> caller,
            Consumer<InferenceStream> onEnd) {
        this.ctx = ctx;
        this.edge = edge;
        this.caller = caller;
        this.onEnd = onEnd;
        caller.disableAutoRequest();
        caller.setOnReadyHandler(this::allRead);
        caller.setOnCancelHandler(this::end); // onError is not called once the client has half-closed
        ctx.log().whenComplete().thenAccept(_ -> forget());
        ask();
    }

    /** Asks for the next request, unless the client has to read first. */
    private void ask() {
        if (!asking && !ended && unreadBytes + unanswered * largestAnswer <= MOST_UNREAD) {
            asking = true;
            caller.request(1);
        }
    }

    private void allRead() {
        forget();
        ask();
    }

    private void forget() {
        unread.forEach(Exchange::delivered);
        unread.clear();
        unreadBytes = 0;
    }

    @Override
    public void onNext(byte[] request) {
        asking = false;
        unanswered++;
        Exchange exchange = edge.open(ctx, Protocol.GRPC);
        InferMessage message = new InferMessage(edge.limits());
        InferenceHandler.infer(
                        exchange,
                        message,
                        request.length,
                        () -> exchange.memory().take(request.length).writeBytes(request),
                        InferenceStream::answered)
                .thenAccept(result -> {
                    byte[] response = result.outcome() instanceof InferenceOutcome.Answered
                            ? result.encoded()
                            : failed(message, result.outcome());
                    if (ctx.eventLoop().inEventLoop()) {
                        answer(exchange, response);
                    } else {
                        ctx.eventLoop().execute(() -> answer(exchange, response));
                    }
                });
        ask();
    }

    private void answer(Exchange exchange, byte[] response) {
        unanswered--;
        if (ended) {
            exchange.delivered();
            return;
        }
        unread.add(exchange);
        unreadBytes += response.length;
        largestAnswer = answered ? Math.max(largestAnswer, response.length) : response.length;
        answered = true;
        caller.onNext(response);
        endIfDone();
        ask();
    }

    private static byte[] answered(InferAnswer answer) {
        int size = answer.size();
        byte[] response = new byte[ProtoWriter.lengthSize(size)];
        ByteBuf to = Unpooled.wrappedBuffer(response).clear();
        new ProtoWriter(to).length(INFER_RESPONSE, size);
        answer.write(to);
        return response;
    }

    private static byte[] failed(InferMessage request, InferenceOutcome outcome) {
        String message = GrpcStatuses.status(outcome).getDescription();
        int size = ProtoWriter.textSize(request.model()) + ProtoWriter.textSize(request.id());
        byte[] response = new byte[ProtoWriter.textSize(message) + ProtoWriter.lengthSize(size)];
        ProtoWriter to = new ProtoWriter(Unpooled.wrappedBuffer(response).clear());
        to.text(ERROR_MESSAGE, message);
        to.length(INFER_RESPONSE, size);
        to.text(1, request.model());
        to.text(3, request.id());
        return response;
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
        onEnd.accept(this);
    }
}

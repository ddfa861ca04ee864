package dev.kilter.runtime.exchange;

import com.linecorp.armeria.common.ContentTooLargeException;
import com.linecorp.armeria.common.HttpRequest;
import com.linecorp.armeria.common.ProtocolViolationException;
import com.linecorp.armeria.common.ResponseCompleteException;
import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.common.stream.CancelledSubscriptionException;
import com.linecorp.armeria.common.stream.ClosedStreamException;
import com.linecorp.armeria.common.util.CompositeException;
import com.linecorp.armeria.server.HttpStatusException;
import com.linecorp.armeria.server.RequestTimeoutException;
import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ServedModel;
import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.util.AttributeKey;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One inference request, from its first byte to its answer. */
public final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final AttributeKey<Exchange> LATEST = AttributeKey.valueOf(Exchange.class, "LATEST");
    private static final String UNKNOWN_MODEL = "";

    /** From this many bytes on a body is decoded, or encoded, beside the event loop, which has others to serve. */
    private static final int LARGE = 256 << 10;

    private final ServiceRequestContext ctx;
    private final Protocol protocol;
    private final Edge edge;
    private final TensorMemory memory;
    private final long arrivalNanos = System.nanoTime();
    private String model = UNKNOWN_MODEL;
    private volatile boolean handedOver;
    private volatile Optional<InferenceOutcome> outcome = Optional.empty();
    private long answerBytes;
    private boolean over;

    Exchange(ServiceRequestContext ctx, Protocol protocol, Edge edge) {
        this.ctx = ctx;
        this.protocol = protocol;
        this.edge = edge;
        this.memory = edge.memory(ctx);
        ctx.setAttr(LATEST, this);
    }

    /** The exchange of a request; the latest, where a stream carries several. Empty if it is none for a model. */
    public static Optional<Exchange> of(ServiceRequestContext ctx) {
        return Optional.ofNullable(ctx.attr(LATEST));
    }

    /** Where body and tensors of the request live until {@link #finish}. */
    public TensorMemory memory() {
        return memory;
    }

    /** The whole body. Fails as {@link BodyReader#read} does. */
    public CompletableFuture<ByteBuf> receive(HttpRequest http) {
        return BodyReader.read(ctx, http, memory, edge.bodyPatience());
    }

    /**
     * Decodes or encodes that many bytes: at once, or beside the event loop if they are many. What the task throws, the
     * future fails with.
     */
    @SuppressWarnings("CatchingUnchecked") // told by the future
    public <T> CompletableFuture<T> work(int bytes, Supplier<T> task) {
        if (bytes >= LARGE) {
            return CompletableFuture.supplyAsync(
                    task, ctx.blockingTaskExecutor().withoutContext());
        }
        try {
            return CompletableFuture.completedFuture(task.get());
        } catch (RuntimeException | Error e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    /**
     * Tells which model is asked for; names that are not served stay out of the metrics' labels.
     *
     * @return the version that answers who asks for none, if the model is served here
     */
    public Optional<ServedModel> model(String name) {
        Optional<ServedModel> served = edge.models().model(name);
        model = served.map(ServedModel::name).orElse(UNKNOWN_MODEL);
        return served;
    }

    /** Armeria tells of a stream that was reset, but not of an HTTP/2 connection that ended under a whole request. */
    private boolean callerHasGone() {
        Channel connection = ctx.log().partial().channel();
        return ctx.isCancelled() || (connection != null && !connection.isActive());
    }

    /**
     * Hands the decoded request to the models. The future completes on the event loop of the request.
     *
     * @param timeoutMicros the caller's patience, counted from arrival
     * @param priority the request's parameter; 0: as the header says
     */
    public CompletableFuture<InferenceOutcome> infer(
            String name,
            Optional<String> version,
            List<Tensor> inputs,
            List<String> outputs,
            OptionalLong timeoutMicros,
            int priority) {
        InferenceCall call = new InferenceCall(
                name,
                version,
                RequestId.of(ctx),
                inputs,
                outputs,
                arrivalNanos,
                Deadlines.earliest(ctx, arrivalNanos, timeoutMicros),
                Priorities.of(ctx, priority),
                Degradation.of(ctx),
                this::callerHasGone);
        Optional<InferenceOutcome> refusal = edge.answers().refusal();
        if (refusal.isPresent()) {
            return CompletableFuture.completedFuture(refusal.get());
        }
        handedOver = true;
        CompletableFuture<InferenceOutcome> answer = new CompletableFuture<>();
        EventLoop loop = ctx.eventLoop().withoutContext();
        edge.models().infer(call).whenComplete((result, failure) -> {
            InferenceOutcome told = failure == null ? result : outcomeOf(failure);
            Degradation.tell(ctx, told);
            if (loop.inEventLoop()) {
                answer.complete(told);
            } else {
                loop.execute(() -> answer.complete(told));
            }
        });
        return answer;
    }

    /** Whether the models got the request, so that an engine may have run it. */
    public boolean handedOver() {
        return handedOver;
    }

    /** What became of a request whose handling threw; a defect of ours is logged, and its details stay here. */
    public InferenceOutcome outcomeOf(Throwable failure) {
        return told(failure).orElseGet(() -> defect(failure));
    }

    /** What is at the bottom of a failure: a body that is too large is answered by who counts bodies. */
    public static Throwable cause(Throwable failure) {
        Throwable cause = failure;
        while ((cause instanceof CompletionException || cause instanceof HttpStatusException)
                && cause.getCause() != null) {
            cause = cause.getCause();
        }
        return cause instanceof CompositeException several
                ? cause(several.getExceptions().getFirst())
                : cause;
    }

    /** The outcome of a failure that is no defect of ours; empty if it is one. */
    public static Optional<InferenceOutcome> told(Throwable failure) {
        return switch (cause(failure)) {
            case Rejection rejection -> Optional.of(rejection.outcome());
            case ContentTooLargeException tooLarge ->
                Optional.of(new InferenceOutcome.Invalid("body: larger than this server takes (expected: at most "
                        + tooLarge.maxContentLength() + " bytes)"));
            case ProtocolViolationException broken ->
                Optional.of(new InferenceOutcome.Invalid("body: "
                        + (broken.getCause() == null ? broken : broken.getCause()).getMessage()
                        + " (expected: as the request's headers announce it)"));
            case DecompressionException broken ->
                Optional.of(new InferenceOutcome.Invalid(
                        "body: " + broken.getMessage() + " (expected: as content-encoding says)"));
            case ShuttingDownException _ ->
                Optional.of(Rejection.unavailable("the server is going away; nothing was run, ask again")
                        .outcome());
            case ClosedStreamException _, CancelledSubscriptionException _, ResponseCompleteException _ ->
                Optional.of(new InferenceOutcome.Cancelled());
            case RequestTimeoutException _ ->
                Optional.of(new InferenceOutcome.Expired("the request was not whole in time; nothing was run"));
            default -> Optional.empty();
        };
    }

    private InferenceOutcome defect(Throwable cause) {
        try (MDC.MDCCloseable _ = MDC.putCloseable(RequestId.LOG_KEY, RequestId.of(ctx))) {
            LOG.error("A request failed in the server itself", cause);
        }
        return new InferenceOutcome.Failed("internal error; the server's log has the details");
    }

    /** Counts the answer, which is about to be encoded, until {@link #delivered}. */
    public synchronized void holdAnswer(int bytes) {
        if (!over) {
            edge.answers().take(bytes);
            answerBytes += bytes;
        }
    }

    /** The client has its answer, or will never have it. */
    public synchronized void delivered() {
        over = true;
        edge.answers().give(answerBytes);
        answerBytes = 0;
    }

    /** Gives the memory back and tells metrics and log what became of the request. Its answer was encoded before. */
    public void finish(InferenceOutcome result) {
        boolean inUse = result instanceof InferenceOutcome.Failed failed && failed.inputsInUse();
        if (!inUse) { // what an engine that hangs may still read is lost with the process
            memory.close();
        }
        edge.metrics().finished(model, protocol, result, System.nanoTime() - arrivalNanos);
        outcome = Optional.of(result);
    }

    /** What became of it; empty before {@link #finish}. */
    Optional<InferenceOutcome> outcome() {
        return outcome;
    }
}

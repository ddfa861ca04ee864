package dev.kilter.runtime.exchange;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.tensor.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** One inference request, from its first byte to its answer. */
public final class Exchange {

    private static final Logger LOG = LoggerFactory.getLogger(Exchange.class);
    private static final String UNKNOWN_MODEL = "";

    private final ServiceRequestContext ctx;
    private final Protocol protocol;
    private final ModelServer models;
    private final EdgeMetrics metrics;
    private final TensorMemory memory;
    private final long arrivalNanos;
    private String model = UNKNOWN_MODEL;

    Exchange(ServiceRequestContext ctx, Protocol protocol, ModelServer models, EdgeMetrics metrics) {
        this.ctx = ctx;
        this.protocol = protocol;
        this.models = models;
        this.metrics = metrics;
        this.memory = new TensorMemory(ctx.alloc());
        this.arrivalNanos = System.nanoTime();
    }

    /** Where the tensors of the request live until {@link #finish}. */
    public TensorMemory memory() {
        return memory;
    }

    /** Tells which model is asked for; names that are not served stay out of the metrics' labels. */
    public void model(String name) {
        model = models.model(name).isPresent() ? name : UNKNOWN_MODEL;
    }

    /**
     * Hands the decoded request to the models. The stage completes on the event loop of the request.
     *
     * @param timeoutMicros the caller's patience, counted from arrival
     */
    public CompletionStage<InferenceOutcome> infer(
            String name,
            Optional<String> version,
            List<Tensor> inputs,
            List<String> outputs,
            OptionalLong timeoutMicros) {
        InferenceCall call = new InferenceCall(
                name,
                version,
                RequestId.of(ctx),
                inputs,
                outputs,
                arrivalNanos,
                Deadlines.earliest(ctx, arrivalNanos, timeoutMicros),
                ctx::isCancelled);
        return models.infer(call).exceptionally(this::outcomeOf).thenApplyAsync(outcome -> outcome, ctx.eventLoop());
    }

    /** What became of a request whose handling threw; a defect of ours is logged, and its details stay here. */
    public InferenceOutcome outcomeOf(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Rejection rejection) {
            return rejection.outcome();
        }
        try (MDC.MDCCloseable _ = MDC.putCloseable(RequestId.LOG_KEY, RequestId.of(ctx))) {
            LOG.error("A request failed in the server itself", cause);
        }
        return new InferenceOutcome.Failed("internal error; the server's log has the details");
    }

    /** Gives the memory back and tells metrics and log what became of the request. Its answer was encoded before. */
    public void finish(InferenceOutcome outcome) {
        memory.close();
        metrics.finished(model, protocol, outcome, System.nanoTime() - arrivalNanos);
        FailureLog.remember(ctx, outcome);
    }
}

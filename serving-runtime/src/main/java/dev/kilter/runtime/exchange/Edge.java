package dev.kilter.runtime.exchange;

import com.linecorp.armeria.server.ServiceRequestContext;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.serving.ServedModel;
import io.prometheus.client.CollectorRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What all protocols share: the models behind them, the limits before them, the metrics about them. */
public final class Edge {

    private final ModelServer models;
    private final Limits limits;
    private final Duration bodyPatience;
    private final BodyBudget budget;
    private final HeldAnswers answers;
    private final EdgeMetrics metrics;
    private volatile boolean draining;

    /** @param bodyPatience for a body, from its first piece to its last */
    public Edge(ModelServer models, Limits limits, Duration bodyPatience, CollectorRegistry registry) {
        this.models = models;
        this.limits = limits;
        this.bodyPatience = bodyPatience;
        this.budget = new BodyBudget(limits.heldBytes());
        this.answers = new HeldAnswers(limits.heldAnswerBytes());
        this.metrics = new EdgeMetrics(registry, budget, answers);
    }

    /** The models behind the edge. */
    public ModelServer models() {
        return models;
    }

    /** Bounds of one request. */
    public Limits limits() {
        return limits;
    }

    /** From now on nothing is ready here: new requests should go elsewhere, and are still answered. */
    public void beginDrain() {
        draining = true;
    }

    /** Whether new requests should go elsewhere because this process leaves. */
    public boolean draining() {
        return draining;
    }

    /** Whether new requests for any model should come here. */
    public boolean ready() {
        return !draining && models.ready();
    }

    /** Whether new requests for that model should come here. */
    public boolean ready(ServedModel model) {
        return !draining && ModelState.of(model).ready();
    }

    /** Begins the handling of an inference request. */
    public Exchange open(ServiceRequestContext ctx, Protocol protocol) {
        return new Exchange(ctx, protocol, this);
    }

    /** Memory for one request, within the budget of all. */
    public TensorMemory memory(ServiceRequestContext ctx) {
        return new TensorMemory(ctx.alloc(), budget);
    }

    /** How long a body may take, from its first piece to its last. */
    public Duration bodyPatience() {
        return bodyPatience;
    }

    HeldAnswers answers() {
        return answers;
    }

    EdgeMetrics metrics() {
        return metrics;
    }

    /**
     * One version of the model, in any state.
     *
     * @param version empty: the one that answers who asks for none
     * @throws Rejection not found
     */
    public ServedModel find(String name, Optional<String> version) {
        return version.isEmpty()
                ? models.model(name).orElseThrow(() -> unknown(name))
                : versions(name, version).getFirst();
    }

    /**
     * The versions of the model, in any state.
     *
     * @param version empty: all
     * @throws Rejection not found
     */
    public List<ServedModel> versions(String name, Optional<String> version) {
        List<ServedModel> all = models.versions(name);
        if (all.isEmpty()) {
            throw unknown(name);
        }
        List<ServedModel> asked = all.stream()
                .filter(model -> version.isEmpty() || version.get().equals(model.version()))
                .toList();
        if (asked.isEmpty()) {
            throw Rejection.notFound(
                    "version " + version.orElse("") + " of model " + name + ": not served here (expected: one of "
                            + all.stream().map(ServedModel::version).toList() + ", or none)");
        }
        return asked;
    }

    /** Every version of every model. */
    public List<ServedModel> all() {
        return models.names().stream()
                .flatMap(name -> models.versions(name).stream())
                .toList();
    }

    /**
     * The model, once its signature is known.
     *
     * @throws Rejection not found, or unavailable while it loads
     */
    public ServedModel findLoaded(String name, Optional<String> version) {
        ServedModel model = find(name, version);
        if (model.inputs().isEmpty()) {
            ModelState state = ModelState.of(model);
            throw Rejection.unavailable("model " + name + ": " + state.name() + ", " + state.reason());
        }
        return model;
    }

    private Rejection unknown(String name) {
        return Rejection.notFound("model " + name + ": not served here (expected: one of " + models.names() + ")");
    }
}

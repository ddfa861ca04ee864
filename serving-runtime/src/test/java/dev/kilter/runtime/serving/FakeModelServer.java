package dev.kilter.runtime.serving;

import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Models that echo: each input comes back under its own name, out of the input's own memory. What came is kept; what
 * goes can be replaced.
 */
public final class FakeModelServer implements ModelServer {

    private static final ServedModel.Timed TIMED = new ServedModel.Timed(3, 3_000_000);

    private final Map<String, ServedModel> models = new ConcurrentHashMap<>();
    private final List<InferenceCall> calls = new CopyOnWriteArrayList<>();
    private volatile boolean keeping = true;
    private volatile Function<InferenceCall, CompletionStage<InferenceOutcome>> behaviour = this::echoed;

    /** Serves a model whose outputs are its inputs. */
    public FakeModelServer with(String name, TensorSpec... signature) {
        models.put(name, model(name, List.of(signature), new ServedModel.State.Ready()));
        return this;
    }

    /** Replaces a model's state. */
    public void become(String name, ServedModel.State state) {
        List<TensorSpec> signature = state instanceof ServedModel.State.Loading
                ? List.of()
                : models.get(name).inputs();
        models.put(name, model(name, signature, state));
    }

    private static ServedModel model(String name, List<TensorSpec> signature, ServedModel.State state) {
        return new ServedModel(
                name,
                List.of("1"),
                "onnx_onnxv1",
                "tensor",
                signature,
                signature,
                8,
                state,
                () -> new ServedModel.Statistics(
                        Optional.of(1_700_000_000_000L),
                        3,
                        2,
                        TIMED,
                        TIMED,
                        TIMED,
                        TIMED,
                        TIMED,
                        TIMED,
                        List.of(new ServedModel.Batch(2, TIMED, TIMED, TIMED))));
    }

    /** From now on every call has this outcome. */
    public void answer(InferenceOutcome outcome) {
        answer(_ -> CompletableFuture.completedStage(outcome));
    }

    /** From now on calls are answered by this. */
    public void answer(Function<InferenceCall, CompletionStage<InferenceOutcome>> by) {
        behaviour = by;
    }

    private CompletionStage<InferenceOutcome> echoed(InferenceCall call) {
        return CompletableFuture.completedStage(echo(call));
    }

    /** Keeps nothing of what comes, so that it can go on for long. */
    public void keepNothing() {
        keeping = false;
    }

    /** Forgets what came and echoes again. */
    public void reset() {
        calls.clear();
        behaviour = this::echoed;
    }

    /** What came, the tensors copied. */
    public List<InferenceCall> calls() {
        return calls;
    }

    /** Echoes: outputs asked for, or all. */
    public InferenceOutcome echo(InferenceCall call) {
        for (String output : call.outputs()) {
            if (call.inputs().stream().noneMatch(input -> input.name().equals(output))) {
                return new InferenceOutcome.Invalid("outputs: " + output + " (expected: an output of the model)");
            }
        }
        return new InferenceOutcome.Answered(
                call.model(),
                "1",
                "fp32",
                call.inputs().stream()
                        .filter(input ->
                                call.outputs().isEmpty() || call.outputs().contains(input.name()))
                        .toList());
    }

    @Override
    public CompletionStage<InferenceOutcome> infer(InferenceCall call) {
        if (keeping) {
            keep(call);
        }
        ServedModel model = models.get(call.model());
        if (model == null) {
            return CompletableFuture.completedStage(
                    new InferenceOutcome.NotFound("model " + call.model() + ": not served here"));
        }
        if (call.version().filter(v -> !model.versions().contains(v)).isPresent()) {
            return CompletableFuture.completedStage(
                    new InferenceOutcome.NotFound("version " + call.version().get() + ": not served here"));
        }
        return behaviour.apply(call);
    }

    private void keep(InferenceCall call) {
        calls.add(new InferenceCall(
                call.model(),
                call.version(),
                call.requestId(),
                call.inputs().stream().map(FakeModelServer::copy).toList(),
                call.outputs(),
                call.arrivalNanos(),
                call.deadlineNanos(),
                call.priority(),
                call.cancelled()));
    }

    /** A tensor with memory of its own. */
    public static Tensor copy(Tensor tensor) {
        ByteBuffer data = ByteBuffer.allocate(tensor.data().remaining()).order(ByteOrder.LITTLE_ENDIAN);
        data.put(tensor.data().duplicate()).flip();
        return new Tensor(tensor.name(), tensor.type(), new Shape(tensor.shape().dimensions()), data);
    }

    @Override
    public boolean ready() {
        return models.values().stream().allMatch(model -> model.state() instanceof ServedModel.State.Ready);
    }

    @Override
    public boolean live() {
        return true;
    }

    @Override
    public Optional<ServedModel> model(String name) {
        return Optional.ofNullable(models.get(name));
    }

    @Override
    public List<ServedModel> models() {
        return models.values().stream()
                .sorted((a, b) -> a.name().compareTo(b.name()))
                .toList();
    }

    @Override
    public OperatingPointOutcome update(String model, OperatingPointUpdate update) {
        if (!models.containsKey(model)) {
            return new OperatingPointOutcome.NotFound("model " + model + ": not served here");
        }
        RuntimeLoad.OperatingPointState inForce = new RuntimeLoad.OperatingPointState(5, "fp32", 8, 2.0);
        if (update.maxBatchSize() < 1) {
            return new OperatingPointOutcome.Invalid("maxBatchSize: " + update.maxBatchSize() + " (expected: >= 1)");
        }
        return update.version() < 5
                ? new OperatingPointOutcome.Outdated(inForce)
                : new OperatingPointOutcome.Accepted(inForce);
    }

    @Override
    public RuntimeLoad load() {
        return new RuntimeLoad(1, 2, ready(), false, true, Optional.empty(), List.of());
    }
}

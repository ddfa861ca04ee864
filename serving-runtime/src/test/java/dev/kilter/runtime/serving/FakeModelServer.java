package dev.kilter.runtime.serving;

import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import dev.kilter.runtime.tensor.TensorSpec;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/**
 * Models that echo: each input comes back under its own name, out of the input's own memory. What came is kept; what
 * goes can be replaced.
 */
public final class FakeModelServer implements ModelServer {

    private static final ServedModel.Timed TIMED = new ServedModel.Timed(3, 3_000_000);

    private static final ServedModel.Setup SETUP =
            new ServedModel.Setup(VersionPolicy.Latest.NEWEST, "CPU", 2, Optional.of(1_500L));

    /** By name, then by version. */
    private final Map<String, NavigableMap<Integer, ServedModel>> models = new ConcurrentSkipListMap<>();

    private final List<RepositoryEntry> unhosted = new CopyOnWriteArrayList<>();
    private final Map<String, ControlOutcome> controls = new ConcurrentHashMap<>();
    private final List<InferenceCall> calls = new CopyOnWriteArrayList<>();
    private volatile boolean keeping = true;
    private volatile Function<InferenceCall, CompletionStage<InferenceOutcome>> behaviour = this::echoed;

    /** Serves version 1 of a model whose outputs are its inputs. */
    public FakeModelServer with(String name, TensorSpec... signature) {
        return with(name, 1, signature);
    }

    /** The same with that version. */
    public FakeModelServer with(String name, int version, TensorSpec... signature) {
        NavigableMap<Integer, ServedModel> versions = models.computeIfAbsent(name, _ -> new ConcurrentSkipListMap<>());
        versions.put(version, model(name, version, List.of(signature), new ServedModel.State.Ready()));
        return this;
    }

    /** The repository has that model, and nobody asked for it. */
    public FakeModelServer withUnloaded(String name) {
        unhosted.add(new RepositoryEntry(name, Optional.empty(), new ServedModel.State.Unloaded("not loaded")));
        return this;
    }

    /** What a load or an unload of that model comes to; off without it. */
    public void control(String name, ControlOutcome outcome) {
        controls.put(name, outcome);
    }

    /** Replaces the state of a model's newest version. */
    public void become(String name, ServedModel.State state) {
        become(name, models.get(name).lastKey(), state);
    }

    /** Replaces the state of a version. */
    public void become(String name, int version, ServedModel.State state) {
        List<TensorSpec> signature = state instanceof ServedModel.State.Loading
                ? List.of()
                : models.get(name).get(version).inputs();
        models.get(name).put(version, model(name, version, signature, state));
    }

    private static ServedModel model(String name, int version, List<TensorSpec> signature, ServedModel.State state) {
        return new ServedModel(
                name,
                Integer.toString(version),
                List.of(Integer.toString(version)),
                "onnx_onnxv1",
                "tensor",
                signature,
                signature,
                8,
                state,
                SETUP,
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
        if (!models.containsKey(call.model())) {
            return CompletableFuture.completedStage(
                    new InferenceOutcome.NotFound("model " + call.model() + ": not served here"));
        }
        if (call.version().isPresent()
                && versions(call.model()).stream()
                        .noneMatch(
                                model -> model.version().equals(call.version().get()))) {
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
                call.lesser(),
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
        return models.keySet().stream()
                .allMatch(name -> model(name).orElseThrow().state() instanceof ServedModel.State.Ready);
    }

    @Override
    public boolean live() {
        return true;
    }

    @Override
    public Optional<ServedModel> model(String name) {
        List<ServedModel> versions = versions(name).reversed();
        return versions.stream()
                .filter(model -> model.state() instanceof ServedModel.State.Ready)
                .findFirst()
                .or(() -> versions.stream().findFirst());
    }

    @Override
    public List<ServedModel> versions(String name) {
        return models.containsKey(name) ? List.copyOf(models.get(name).values()) : List.of();
    }

    @Override
    public List<String> names() {
        return List.copyOf(models.keySet());
    }

    @Override
    public List<RepositoryEntry> index() {
        List<RepositoryEntry> index = new ArrayList<>();
        models.values()
                .forEach(versions -> versions.values()
                        .forEach(model -> index.add(
                                new RepositoryEntry(model.name(), Optional.of(model.version()), model.state()))));
        index.addAll(unhosted);
        return index;
    }

    @Override
    public CompletionStage<ControlOutcome> load(String model) {
        return CompletableFuture.completedStage(
                controls.getOrDefault(model, new ControlOutcome.Off("off without --model-control explicit")));
    }

    @Override
    public CompletionStage<ControlOutcome> unload(String model) {
        return load(model);
    }

    @Override
    public OperatingPointOutcome update(String model, OperatingPointUpdate update) {
        if (!models.containsKey(model)) {
            return new OperatingPointOutcome.NotFound("model " + model + ": not served here");
        }
        RuntimeLoad.OperatingPointState inForce =
                new RuntimeLoad.OperatingPointState(5, "fp32", 8, 2.0, Optional.empty());
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

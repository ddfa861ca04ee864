package dev.kilter.benchmarks.edge;

import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.serving.RepositoryEntry;
import dev.kilter.runtime.serving.ServedModel;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** Gives a request's tensors back at once: no admission, no queue, no batch. */
record EchoModels(ServedModel model) implements ModelServer {

    @Override
    public CompletionStage<InferenceOutcome> infer(InferenceCall call) {
        return CompletableFuture.completedStage(
                new InferenceOutcome.Answered(call.model(), model.version(), "echo", call.inputs()));
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public boolean live() {
        return true;
    }

    @Override
    public Optional<ServedModel> model(String name) {
        return Optional.of(model).filter(served -> served.name().equals(name));
    }

    @Override
    public List<ServedModel> versions(String name) {
        return model(name).stream().toList();
    }

    @Override
    public List<String> names() {
        return List.of(model.name());
    }

    @Override
    public List<RepositoryEntry> index() {
        return List.of(new RepositoryEntry(model.name(), Optional.of(model.version()), model.state()));
    }

    @Override
    public CompletionStage<ControlOutcome> load(String name) {
        return CompletableFuture.completedStage(new ControlOutcome.Off("an echo has nothing to load"));
    }

    @Override
    public CompletionStage<ControlOutcome> unload(String name) {
        return load(name);
    }

    @Override
    public OperatingPointOutcome update(String name, OperatingPointUpdate update) {
        return new OperatingPointOutcome.NotFound("model: " + name + " (expected: none; an echo has no batches)");
    }

    @Override
    public RuntimeLoad load() {
        long now = System.currentTimeMillis();
        return new RuntimeLoad(now, now, true, false, false, Optional.empty(), List.of());
    }
}

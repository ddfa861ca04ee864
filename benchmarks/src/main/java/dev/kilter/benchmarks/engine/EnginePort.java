package dev.kilter.benchmarks.engine;

import dev.kilter.benchmarks.Contender;
import dev.kilter.runtime.engine.Engine;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.EngineOptions;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.ModelFile;
import dev.kilter.runtime.engine.SampleInputs;
import dev.kilter.runtime.tensor.Tensor;
import java.util.List;

/** An engine behind the port of the runtime, one instance, the same batch again and again. */
final class EnginePort implements Contender {

    private final String name;
    private final LoadedModel model;
    private final List<Tensor> inputs;
    private final int items;

    EnginePort(String name, Engine engine, ModelFile file, int items, int threads) throws EngineException {
        this.name = name;
        this.model = engine.load(file, new EngineOptions("CPU", threads));
        this.inputs = SampleInputs.of(model.signature(), items);
        this.items = items;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public int work() throws EngineException {
        model.run(inputs);
        return items;
    }

    @Override
    public void close() {
        model.close();
    }
}

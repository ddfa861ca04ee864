package dev.kilter.runtime.engine;

import dev.kilter.runtime.tensor.Tensor;
import java.util.List;

/** Gives back what it is given, for tests to add what a model does besides. */
public abstract class FakeModel implements LoadedModel {

    private final Signature signature;

    protected FakeModel(Signature signature) {
        this.signature = signature;
    }

    @Override
    public final Signature signature() {
        return signature;
    }

    @Override
    public final String platform() {
        return "fake";
    }

    @Override
    public final String provider() {
        return "CPU";
    }

    @Override
    public List<Tensor> run(List<Tensor> inputs) throws EngineException {
        return inputs;
    }

    @Override
    public void close() {}
}

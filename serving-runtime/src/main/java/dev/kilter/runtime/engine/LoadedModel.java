package dev.kilter.runtime.engine;

import dev.kilter.runtime.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** One instance of a model in memory. One thread at a time runs it; {@link #close} comes after the last run. */
public interface LoadedModel extends AutoCloseable {

    /** What it takes and gives. */
    Signature signature();

    /** The protocol's name of the platform: {@code onnx_onnxv1}, {@code emulated}. */
    String platform();

    /** What runs it: {@code CPU}, {@code CUDA}, …; {@code Emulated} where no figure says anything about hardware. */
    String provider();

    /**
     * Runs one batch; blocks.
     *
     * @param inputs one for each input of the signature, in its order, checked against it; not kept after the run
     * @return one for each output of the signature, in its order; their memory is the instance's, and holds until its
     *     next run or {@link #close}
     * @throws EngineException if the engine fails; the instance stays usable
     */
    List<Tensor> run(List<Tensor> inputs) throws EngineException;

    /**
     * Equal for requests that may share a batch. What a batch takes is learnt for each key apart, so it also tells
     * apart what differs in cost. Called on event loops: takes no time.
     *
     * @param inputs one for each input of the signature, in its order, checked against it
     */
    default Object batchKey(List<Tensor> inputs) {
        int first = signature().batchable() ? 1 : 0;
        List<List<Long>> key = new ArrayList<>(inputs.size());
        for (Tensor input : inputs) {
            key.add(input.shape().dimensions().subList(first, input.shape().rank()));
        }
        return key;
    }

    @Override
    void close();
}

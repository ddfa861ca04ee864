package dev.kilter.runtime.batch;

import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Scratch;
import dev.kilter.runtime.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Joins requests' tensors along dimension 0 and cuts a batch's outputs apart again. One copy each way: into memory of
 * the batch former's own, which the next batch uses anew, and out of the engine's memory, which its next run
 * overwrites.
 */
final class BatchTensors implements AutoCloseable {

    private final Scratch joined = new Scratch();

    /**
     * The batch's inputs, in the signature's order; they hold until the next batch is joined. A lone request's tensors
     * are taken as they are, without a copy.
     *
     * @throws EngineException if an input of the batch is larger than a buffer can be
     */
    List<Tensor> join(List<PendingRequest> requests, int items) throws EngineException {
        List<Tensor> first = requests.getFirst().inputs();
        if (requests.size() == 1) {
            return first;
        }
        long[] sizes = new long[first.size()];
        for (int input = 0; input < sizes.length; input++) {
            for (PendingRequest request : requests) {
                sizes[input] += request.inputs().get(input).data().remaining();
            }
            if (sizes[input] > Integer.MAX_VALUE) {
                throw new EngineException("input " + first.get(input).name() + ": " + sizes[input]
                        + " bytes in a batch of " + items + " (expected: at most " + Integer.MAX_VALUE
                        + "); send less at a time, or lower maxBatchSize");
            }
        }
        joined.begin(sizes);
        List<Tensor> inputs = new ArrayList<>(sizes.length);
        for (int input = 0; input < sizes.length; input++) {
            ByteBuffer data = joined.take((int) sizes[input]);
            for (PendingRequest request : requests) {
                data.put(request.inputs().get(input).data().duplicate());
            }
            Tensor model = first.get(input);
            inputs.add(new Tensor(model.name(), model.type(), model.shape().withFirst(items), data.flip()));
        }
        return inputs;
    }

    /** For each request, in order, its part of the outputs: views of one copy on the heap. */
    static List<List<Tensor>> split(List<Tensor> outputs, List<PendingRequest> requests) {
        List<List<Tensor>> answers = new ArrayList<>(requests.size());
        requests.forEach(_ -> answers.add(new ArrayList<>(outputs.size())));
        for (Tensor output : outputs) {
            ByteBuffer data = copy(output.data());
            if (requests.size() == 1) {
                answers.getFirst().add(new Tensor(output.name(), output.type(), output.shape(), data));
            } else {
                split(output, data, requests, answers);
            }
        }
        return answers;
    }

    private static void split(
            Tensor output, ByteBuffer data, List<PendingRequest> requests, List<List<Tensor>> answers) {
        int items = Math.toIntExact(output.shape().dimensions().getFirst());
        int elementsOfItem = Math.toIntExact(output.shape().elements() / items);
        for (int i = 0; i < requests.size(); i++) {
            int count = requests.get(i).items();
            int length = length(data, output.type(), count * elementsOfItem);
            ByteBuffer part = data.slice(data.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            data.position(data.position() + length);
            answers.get(i)
                    .add(new Tensor(output.name(), output.type(), output.shape().withFirst(count), part));
        }
    }

    private static ByteBuffer copy(ByteBuffer data) {
        return ByteBuffer.allocate(data.remaining())
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(data.duplicate())
                .flip();
    }

    private static int length(ByteBuffer data, DataType type, int elements) {
        if (type != DataType.BYTES) {
            return Math.multiplyExact(elements, type.size());
        }
        int end = data.position();
        for (int i = 0; i < elements; i++) {
            end += Integer.BYTES + data.getInt(end);
        }
        return end - data.position();
    }

    @Override
    public void close() {
        joined.close();
    }
}

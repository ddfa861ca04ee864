package dev.kilter.runtime.batch;

import dev.kilter.runtime.tensor.DataType;
import dev.kilter.runtime.tensor.Shape;
import dev.kilter.runtime.tensor.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** Joins requests' tensors along dimension 0 and cuts a batch's outputs apart again. */
final class BatchTensors {

    private BatchTensors() {}

    /** The batch's inputs, in the signature's order. A lone request's tensors are taken as they are, without a copy. */
    static List<Tensor> join(List<PendingRequest> requests, int items) {
        List<Tensor> first = requests.getFirst().inputs();
        if (requests.size() == 1) {
            return first;
        }
        List<Tensor> joined = new ArrayList<>(first.size());
        for (int input = 0; input < first.size(); input++) {
            int bytes = 0;
            for (PendingRequest request : requests) {
                bytes = Math.addExact(bytes, request.inputs().get(input).data().remaining());
            }
            ByteBuffer data = ByteBuffer.allocateDirect(bytes).order(ByteOrder.LITTLE_ENDIAN);
            for (PendingRequest request : requests) {
                data.put(request.inputs().get(input).data().duplicate());
            }
            Tensor model = first.get(input);
            joined.add(new Tensor(model.name(), model.type(), withItems(model.shape(), items), data.flip()));
        }
        return joined;
    }

    /** For each request, in order, its part of the outputs: views of the batch's memory. */
    static List<List<Tensor>> split(List<Tensor> outputs, List<PendingRequest> requests) {
        List<List<Tensor>> answers = new ArrayList<>(requests.size());
        requests.forEach(_ -> answers.add(new ArrayList<>(outputs.size())));
        for (Tensor output : outputs) {
            ByteBuffer data = output.data().duplicate().order(ByteOrder.LITTLE_ENDIAN);
            int items = Math.toIntExact(output.shape().dimensions().getFirst());
            int elementsOfItem = Math.toIntExact(output.shape().elements() / items);
            for (int i = 0; i < requests.size(); i++) {
                int count = requests.get(i).items();
                int length = length(data, output.type(), count * elementsOfItem);
                ByteBuffer part = data.slice(data.position(), length).order(ByteOrder.LITTLE_ENDIAN);
                data.position(data.position() + length);
                answers.get(i).add(new Tensor(output.name(), output.type(), withItems(output.shape(), count), part));
            }
        }
        return answers;
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

    private static Shape withItems(Shape shape, int items) {
        long[] dimensions = shape.toArray();
        dimensions[0] = items;
        return Shape.of(dimensions);
    }
}

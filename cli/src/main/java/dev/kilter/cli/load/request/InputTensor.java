package dev.kilter.cli.load.request;

import dev.kilter.runtime.tensor.DataType;
import java.util.List;

/**
 * One input of a request.
 *
 * @param shape all known, the batch first where there is one
 * @param raw elements as binary tensors travel: little-endian, row by row; BYTES with a length of four bytes each
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record InputTensor(String name, DataType datatype, List<Long> shape, byte[] raw) {

    InputTensor {
        shape = List.copyOf(shape);
    }

    static long elements(List<Long> shape) {
        return shape.stream().reduce(1L, Math::multiplyExact);
    }
}

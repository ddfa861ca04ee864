package dev.kilter.runtime.rest;

import dev.kilter.runtime.tensor.Tensor;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * An inference request, decoded.
 *
 * @param id the caller's, echoed
 * @param outputs asked for; empty: all
 * @param binaryOutput whether outputs go as bytes where they do not say otherwise themselves
 * @param timeoutMicros the caller's patience
 * @param priority 1 is served first, then 2, …; 0: none given
 */
record InferRequest(
        Optional<String> id,
        List<Tensor> inputs,
        Map<String, RequestedOutput> outputs,
        boolean binaryOutput,
        OptionalLong timeoutMicros,
        int priority) {

    /** @param binary as bytes behind the JSON, or in the JSON; empty: as the request says */
    record RequestedOutput(String name, Optional<Boolean> binary) {}

    /** Whether this output of the answer goes as bytes behind the JSON. */
    boolean isBinary(String output) {
        RequestedOutput asked = outputs.get(output);
        return asked == null ? binaryOutput : asked.binary().orElse(binaryOutput);
    }
}

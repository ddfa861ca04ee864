package dev.kilter.runtime.grpc;

import dev.kilter.protocol.inference.InferParameter;
import dev.kilter.runtime.exchange.Rejection;
import java.util.List;
import java.util.Map;

/** Parameters that change the meaning of a request and are not spoken here. */
final class Refusals {

    static final List<String> OF_REQUESTS = List.of("sequence_id", "sequence_start", "sequence_end");
    static final List<String> OF_TENSORS =
            List.of("shared_memory_region", "shared_memory_byte_size", "shared_memory_offset", "classification");

    private Refusals() {}

    static void check(String field, Map<String, InferParameter> parameters, List<String> refused) {
        for (String name : refused) {
            if (parameters.containsKey(name)) {
                throw Rejection.invalid(field + "." + name, "given", "left out: not supported by this server");
            }
        }
    }
}

package dev.kilter.runtime.grpc;

import dev.kilter.runtime.exchange.Rejection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import java.util.OptionalLong;

/**
 * One entry of a map of {@code InferParameter}s.
 *
 * @param number its value, where that is a whole number
 */
record InferParameter(String name, OptionalLong number) {

    private static final int INT64 = 2;
    private static final int UINT64 = 5;

    static InferParameter read(ByteBuf entry) {
        String name = "";
        ByteBuf value = Unpooled.EMPTY_BUFFER;
        ProtoReader fields = new ProtoReader(entry);
        while (fields.next()) {
            switch (fields.field()) {
                case 1 -> name = fields.text();
                case 2 -> value = fields.bytes();
                default -> fields.skip();
            }
        }
        return new InferParameter(name, number(value));
    }

    private static OptionalLong number(ByteBuf value) {
        OptionalLong number = OptionalLong.empty();
        ProtoReader choice = new ProtoReader(value);
        while (choice.next()) {
            switch (choice.field()) {
                case INT64, UINT64 -> number = OptionalLong.of(choice.number());
                default -> {
                    choice.skip();
                    number = OptionalLong.empty(); // of a oneof the last one counts
                }
            }
        }
        return number;
    }

    /** Complains if it is one that changes the meaning of a request and is not spoken here. */
    void refuse(String field, List<String> refused) {
        if (refused.contains(name)) {
            throw Rejection.invalid(field + "." + name, "given", "left out: not supported by this server");
        }
    }
}

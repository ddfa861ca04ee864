package dev.kilter.runtime.rest;

import dev.kilter.runtime.tensor.Tensor;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The body of an inference request, written as clients do. */
public final class InferCallBody {

    private final byte[] bytes;
    private final int jsonLength;

    private InferCallBody(byte[] bytes, int jsonLength) {
        this.bytes = bytes;
        this.jsonLength = jsonLength;
    }

    /** All of it. */
    public byte[] bytes() {
        return bytes;
    }

    /** How many bytes of it are JSON; tensors follow. */
    public int jsonLength() {
        return jsonLength;
    }

    /** Tensors as JSON. */
    public static InferCallBody json(List<Tensor> inputs) {
        return written(inputs, false);
    }

    /** Tensors as bytes, in both directions. */
    public static InferCallBody binary(List<Tensor> inputs) {
        return written(inputs, true);
    }

    /** A batch of one item as an instance of the predict API; only for inputs of rank 1 or 2, whose values are flat. */
    public static String instance(List<Tensor> inputs) {
        ByteBuf instance = Unpooled.buffer();
        JsonWriter json = new JsonWriter(instance);
        for (int i = 0; i < inputs.size(); i++) {
            Tensor input = inputs.get(i);
            json.raw(i == 0 ? '{' : ',').string(input.name()).raw(':');
            if (input.shape().rank() == 1) {
                OutputData.writeValues(json, input);
            } else {
                OutputData.write(json, input);
            }
        }
        json.raw('}').flush();
        return instance.toString(StandardCharsets.UTF_8);
    }

    private static InferCallBody written(List<Tensor> inputs, boolean binary) {
        ByteBuf body = Unpooled.buffer();
        JsonWriter json = new JsonWriter(body);
        json.raw("{\"parameters\":{\"binary_data_output\":")
                .raw(Boolean.toString(binary))
                .raw("},\"inputs\":[");
        for (int i = 0; i < inputs.size(); i++) {
            Tensor input = inputs.get(i);
            json.raw(i == 0 ? "{\"name\":" : ",{\"name\":").string(input.name());
            json.raw(",\"datatype\":\"").raw(input.type().name()).raw("\",\"shape\":");
            json.raw(input.shape().dimensions().toString());
            if (binary) {
                json.raw(",\"parameters\":{\"binary_data_size\":")
                        .number((long) input.data().remaining())
                        .raw("}}");
            } else {
                json.raw(",\"data\":");
                OutputData.write(json, input);
                json.raw('}');
            }
        }
        json.raw("]}").flush();
        int jsonLength = body.readableBytes();
        if (binary) {
            inputs.forEach(input -> body.writeBytes(input.data().duplicate()));
        }
        return new InferCallBody(ByteBufUtil.getBytes(body), jsonLength);
    }
}

package dev.kilter.e2e;

import ai.djl.huggingface.tokenizers.Encoding;
import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Map;

/**
 * all-MiniLM-L6-v2 run directly by ONNX Runtime, one text at a time, mean pooling, length 1: what Kilter is held
 * against.
 */
final class ReferenceEmbedder implements AutoCloseable {

    private final HuggingFaceTokenizer tokenizer;
    private final OrtEnvironment environment = OrtEnvironment.getEnvironment();
    private final OrtSession session;

    /** @param stem the model's name in its jar, {@code all-minilm-l6-v2} or {@code all-minilm-l6-v2-q} */
    ReferenceEmbedder(String stem) throws IOException, OrtException {
        tokenizer = HuggingFaceTokenizer.newInstance(
                new ByteArrayInputStream(resource(stem + "-tokenizer.json")), Map.of("padding", "false"));
        session = environment.createSession(resource(stem + ".onnx"));
    }

    float[] embed(String text) throws OrtException {
        Encoding encoding = tokenizer.encode(text);
        try (OnnxTensor ids = row(encoding.getIds());
                OnnxTensor mask = row(encoding.getAttentionMask());
                OnnxTensor types = row(encoding.getTypeIds());
                OrtSession.Result result =
                        session.run(Map.of("input_ids", ids, "attention_mask", mask, "token_type_ids", types))) {
            return unitMean(((float[][][]) result.get(0).getValue())[0]);
        }
    }

    private OnnxTensor row(long[] values) throws OrtException {
        return OnnxTensor.createTensor(environment, new long[][] {values});
    }

    private static float[] unitMean(float[][] tokens) {
        float[] sum = new float[tokens[0].length];
        for (float[] token : tokens) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += token[i];
            }
        }
        double length = Math.sqrt(cosineDot(sum, sum));
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) (sum[i] / length);
        }
        return sum;
    }

    /** Cosine of the angle between two vectors of one length. */
    static double cosine(float[] a, float[] b) {
        return cosineDot(a, b) / Math.sqrt(cosineDot(a, a) * cosineDot(b, b));
    }

    private static double cosineDot(float[] a, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("vectors of " + a.length + " and " + b.length + " elements");
        }
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }

    private static byte[] resource(String name) throws IOException {
        try (InputStream in = ReferenceEmbedder.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IOException(name + " is not on the class path");
            }
            return in.readAllBytes();
        }
    }

    @Override
    public void close() throws OrtException {
        session.close();
        tokenizer.close();
    }
}

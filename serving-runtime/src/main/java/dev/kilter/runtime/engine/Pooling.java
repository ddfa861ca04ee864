package dev.kilter.runtime.engine;

import java.nio.FloatBuffer;

/** How the vectors of a text's tokens become one. */
public enum Pooling {
    /** The mean over the tokens that the attention mask counts. */
    MEAN {
        @Override
        void pool(FloatBuffer tokens, long[] mask, int length, float[] into) {
            int counted = 0;
            float[] token = new float[into.length];
            for (int t = 0; t < Math.min(length, mask.length); t++) {
                if (mask[t] != 0) {
                    counted++;
                    tokens.get(t * token.length, token); // whole vectors at a time: the sum below is vectorised
                    for (int d = 0; d < into.length; d++) {
                        into[d] += token[d];
                    }
                }
            }
            for (int d = 0; d < into.length; d++) {
                into[d] /= Math.max(1, counted);
            }
        }
    },
    /** The first token's. */
    CLS {
        @Override
        void pool(FloatBuffer tokens, long[] mask, int length, float[] into) {
            tokens.get(0, into);
        }
    };

    /**
     * Pools one text.
     *
     * @param tokens [length, into.length], from index 0
     * @param mask 1 for each token that counts
     * @param length tokens with padding
     * @param into zeros
     */
    abstract void pool(FloatBuffer tokens, long[] mask, int length, float[] into);

    /**
     * By the name that configurations use.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Pooling of(String name) {
        return switch (name) {
            case "Mean" -> MEAN;
            case "CLS" -> CLS;
            default -> throw new IllegalArgumentException("embedding.pooling: " + name + " (expected: Mean or CLS)");
        };
    }
}

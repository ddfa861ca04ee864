package dev.kilter.runtime.engine;

/**
 * How an instance runs.
 *
 * @param provider execution provider: CPU, CUDA, TensorRT
 * @param threads intra-op threads of the instance
 */
public record EngineOptions(String provider, int threads) {
    public EngineOptions {
        if (threads < 1) {
            throw new IllegalArgumentException("engine.threads: " + threads + " (expected: >= 1)");
        }
    }
}

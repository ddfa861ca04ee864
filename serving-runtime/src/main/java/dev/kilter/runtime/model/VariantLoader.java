package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import java.util.function.Consumer;

/** Brings a variant into memory: fetch, check, load. */
public interface VariantLoader {

    /**
     * Loads all instances; blocks.
     *
     * @param progress is told a sentence now and then
     * @throws ModelLoadException if it cannot be had; the message names the URI and the next step
     * @throws InterruptedException if the thread is interrupted
     */
    ResidentVariant load(
            RuntimeConfig.Model model,
            RuntimeConfig.Variant variant,
            RuntimeConfig.Engine engine,
            Consumer<String> progress)
            throws ModelLoadException, InterruptedException;
}

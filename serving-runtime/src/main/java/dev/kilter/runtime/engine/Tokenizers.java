package dev.kilter.runtime.engine;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import java.io.IOException;
import java.nio.file.Path;

/** DJL's tokenizer, held to what it is here for. */
final class Tokenizers {

    static {
        // Else it tells its maker of this machine, over the network, when the first tokenizer is made.
        System.setProperty("OPT_OUT_TRACKING", "true");
        System.setProperty("ai.djl.offline", "true");
        // Else JNA, by which it looks for a GPU that a tokenizer does not use, starts a process to list all libraries.
        if (System.getProperty("jna.platform.library.path") == null) {
            System.setProperty("jna.platform.library.path", "");
        }
        ProcessEnvironment.withoutTokenizerThreads();
    }

    private Tokenizers() {}

    /**
     * A tokenizer that pads to the longest of a batch and cuts at that many tokens.
     *
     * @param file a {@code tokenizer.json}
     * @throws EngineException if it is none
     */
    static HuggingFaceTokenizer open(Path file, int maxTokens) throws EngineException {
        try {
            return HuggingFaceTokenizer.builder()
                    .optTokenizerPath(file)
                    .optTruncation(true)
                    .optPadding(true)
                    .optMaxLength(maxTokens)
                    .build();
        } catch (IOException | RuntimeException e) {
            throw new EngineException(
                    file.getFileName() + ": not a tokenizer: " + e.getMessage()
                            + "; expected the tokenizer.json that belongs to the model",
                    e);
        }
    }
}

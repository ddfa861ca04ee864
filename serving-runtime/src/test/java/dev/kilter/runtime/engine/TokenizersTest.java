package dev.kilter.runtime.engine;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.sun.management.OperatingSystemMXBean;
import java.io.InputStream;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TokenizersTest {

    private static final String FILE = "all-minilm-l6-v2-q-tokenizer.json";

    /** Threads of its own would wait for cores that engines have, and an engine for them. */
    @Test
    void aBatchIsTokenizedByTheThreadThatAsks(@TempDir Path folder) throws Exception {
        Path file = folder.resolve(FILE);
        try (InputStream in = TokenizersTest.class.getResourceAsStream("/" + FILE)) {
            Files.copy(in, file);
        }
        ThreadMXBean thread = ManagementFactory.getThreadMXBean();
        OperatingSystemMXBean process = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        List<String> texts = Collections.nCopies(64, "a text that is somewhat long ".repeat(400));
        try (HuggingFaceTokenizer tokenizer = Tokenizers.open(file, 256)) {
            long ownBefore = thread.getCurrentThreadCpuTime();
            long allBefore = process.getProcessCpuTime();
            for (int i = 0; i < 4; i++) {
                assertThat(tokenizer.batchEncode(texts)).hasSize(texts.size());
            }
            double own = thread.getCurrentThreadCpuTime() - ownBefore;
            double all = process.getProcessCpuTime() - allBefore;
            assertThat(own / all).as("share of %.0f ms", all / 1e6).isGreaterThan(0.3);
        }
    }
}

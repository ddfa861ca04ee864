package dev.kilter.runtime.fuzz;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Runs mutated inputs against a decoder for a bounded time. {@code -Dfuzz.seconds} tells how long each target is run,
 * {@code -Dfuzz.seed} repeats a run.
 */
public final class Campaign {

    /** What is fuzzed. Throws where the oracle is not content. */
    public interface Target {
        void run(byte[] input) throws Exception;
    }

    private Campaign() {}

    /** The inputs kept in that folder of the test resources: seeds, and whatever once broke something. */
    public static List<byte[]> corpus(String folder) {
        try (Stream<Path> files =
                Files.list(Path.of(Campaign.class.getResource("/fuzz/" + folder).toURI()))) {
            return files.sorted().map(Campaign::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (URISyntaxException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readAllBytes();
            return file.toString().endsWith(".hex")
                    ? HexFormat.of().parseHex(new String(bytes, StandardCharsets.US_ASCII).strip())
                    : bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** First the corpus as it is, then what becomes of it. Fails with the input, to be kept in the corpus. */
    public static void run(String name, List<byte[]> corpus, List<String> words, Target target) {
        corpus.forEach(input -> attempt(name, input, target));
        long seed = Long.getLong("fuzz.seed", System.nanoTime());
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(Long.getLong("fuzz.seconds", 1));
        Mutator mutator = new Mutator(seed, corpus, words);
        long inputs = 0;
        for (; System.nanoTime() < end; inputs++) {
            attempt(name + ", seed " + seed, mutator.next(), target);
        }
        System.out.println(name + ": " + inputs + " inputs, seed " + seed);
    }

    @SuppressWarnings("CatchingUnchecked") // whatever it throws is the finding
    private static void attempt(String name, byte[] input, Target target) {
        try {
            target.run(input);
        } catch (Exception | Error e) {
            throw new AssertionError(name + ": broken by " + HexFormat.of().formatHex(input), e);
        }
    }
}

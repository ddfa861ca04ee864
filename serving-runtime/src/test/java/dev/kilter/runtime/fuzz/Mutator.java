package dev.kilter.runtime.fuzz;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Makes bad inputs out of good ones: bytes flipped, cut out, doubled and moved between seeds, numbers and lengths
 * driven to their bounds, words of the protocol put where they do not belong. The same seed makes the same inputs.
 */
public final class Mutator {

    private static final int MOST_CHANGES = 6;
    private static final int LONGEST = 1 << 16;
    private static final byte[] BOUNDS = {0, 1, 0x7F, (byte) 0x80, (byte) 0xFE, (byte) 0xFF};

    private final SplittableRandom random;
    private final List<byte[]> seeds;
    private final List<byte[]> words;

    /** @param words of the protocol */
    public Mutator(long seed, List<byte[]> seeds, List<String> words) {
        this.random = new SplittableRandom(seed);
        this.seeds = List.copyOf(seeds);
        this.words = words.stream()
                .map(word -> word.getBytes(StandardCharsets.ISO_8859_1))
                .toList();
    }

    /** The next input. */
    public byte[] next() {
        byte[] input = pick(seeds).clone();
        int changes = 1 + random.nextInt(MOST_CHANGES);
        for (int i = 0; i < changes; i++) {
            input = changed(input);
        }
        return input.length <= LONGEST ? input : Arrays.copyOf(input, LONGEST);
    }

    private byte[] changed(byte[] input) {
        if (input.length == 0) {
            return pick(seeds).clone();
        }
        int at = random.nextInt(input.length);
        return switch (random.nextInt(8)) {
            case 0 -> with(input, at, (byte) (input[at] ^ (1 << random.nextInt(8))));
            case 1 -> with(input, at, BOUNDS[random.nextInt(BOUNDS.length)]);
            case 2 -> with(input, at, (byte) random.nextInt(256));
            case 3 -> spliced(input, at, Math.min(input.length, at + 1 + random.nextInt(8)), new byte[0]);
            case 4 -> {
                int end = Math.min(input.length, at + 1 + random.nextInt(64));
                yield spliced(input, at, at, Arrays.copyOfRange(input, at, end));
            }
            case 5 -> spliced(input, at, at, pick(words));
            case 6 -> {
                byte[] word = pick(words);
                yield spliced(input, at, Math.min(input.length, at + word.length), word);
            }
            default -> {
                byte[] other = pick(seeds);
                int from = random.nextInt(other.length);
                yield spliced(input, at, input.length, Arrays.copyOfRange(other, from, other.length));
            }
        };
    }

    private byte[] pick(List<byte[]> from) {
        return from.get(random.nextInt(from.size()));
    }

    private static byte[] with(byte[] input, int at, byte value) {
        input[at] = value;
        return input;
    }

    private static byte[] spliced(byte[] input, int from, int to, byte[] replacement) {
        byte[] result = new byte[input.length - (to - from) + replacement.length];
        System.arraycopy(input, 0, result, 0, from);
        System.arraycopy(replacement, 0, result, from, replacement.length);
        System.arraycopy(input, to, result, from + replacement.length, input.length - to);
        return result;
    }
}

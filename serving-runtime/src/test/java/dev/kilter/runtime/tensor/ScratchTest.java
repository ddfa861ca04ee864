package dev.kilter.runtime.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.Test;

class ScratchTest {

    private static long address(ByteBuffer buffer) {
        return MemorySegment.ofBuffer(buffer).address();
    }

    @Test
    void buffersAreApartAndStartAtACacheLine() {
        try (Scratch scratch = new Scratch()) {
            scratch.begin(3, 0, 65, 8);
            ByteBuffer first = scratch.take(3);
            assertThat(scratch.take(0).capacity()).isZero();
            ByteBuffer second = scratch.take(65);
            ByteBuffer third = scratch.take(8);
            assertThat(first.isDirect()).isTrue();
            assertThat(address(first) % 64).isZero();
            assertThat(address(second)).isEqualTo(address(first) + 64);
            assertThat(address(third)).isEqualTo(address(second) + 128);
        }
    }

    @Test
    void theNextBatchHasTheSameMemory() {
        try (Scratch scratch = new Scratch()) {
            scratch.begin(100);
            long before = address(scratch.take(100));
            scratch.begin(40, 40);
            assertThat(address(scratch.take(40))).isEqualTo(before);
        }
    }

    @Test
    void growingVoidsWhatWasTakenBefore() {
        try (Scratch scratch = new Scratch()) {
            scratch.begin(64);
            ByteBuffer small = scratch.take(64);
            scratch.begin(1_000_000);
            assertThat(scratch.take(1_000_000).put(999_999, (byte) 1).get(999_999))
                    .isEqualTo((byte) 1);
            assertThatThrownBy(() -> small.get(0)).isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void memoryOfAnUnusuallyLargeBatchIsGivenBack() {
        try (Scratch scratch = new Scratch()) {
            int large = (int) Scratch.RETAINED + 1;
            scratch.begin(large);
            ByteBuffer before = scratch.take(large);
            scratch.begin(10);
            assertThatThrownBy(() -> before.get(0)).isInstanceOf(IllegalStateException.class);
            assertThatThrownBy(() -> scratch.take(1000)).isInstanceOf(IndexOutOfBoundsException.class);
        }
    }
}

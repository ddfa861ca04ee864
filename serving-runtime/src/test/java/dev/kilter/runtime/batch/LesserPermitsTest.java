package dev.kilter.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.runtime.serving.InferenceCall;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** An engine takes 40 ms for a request, and a lesser variant, which may answer half of them, 10 ms. */
class LesserPermitsTest {

    private static final long MS = 1_000_000;
    private static final OperatingPoint POINT =
            new OperatingPoint("v", 1, Optional.empty(), Optional.of(new OperatingPoint.Lesser("faster", 0.5)));

    private final AtomicLong now = new AtomicLong();

    private BatchQueue queue() {
        LearnedCurve curve = new LearnedCurve();
        LearnedCurve faster = new LearnedCurve();
        curve.record(1, 40 * MS);
        faster.record(1, 10 * MS);
        return new BatchQueue(
                SloBatchPolicy::new,
                new QueueLimits(10, 10),
                new BatchQueue.Engines(1, 1),
                _ -> POINT,
                Map.of("v", curve, "faster", faster),
                now::get);
    }

    private Offer offer(BatchQueue queue, InferenceCall.Lesser said, long deadlineMillis) {
        long arrival = now.getAndAdd(1);
        long deadline = arrival + deadlineMillis * MS;
        InferenceCall call = new InferenceCall(
                "m",
                Optional.empty(),
                "id",
                List.of(),
                List.of(),
                arrival,
                OptionalLong.of(deadline),
                0,
                said,
                () -> false);
        return queue.offer(
                new PendingRequest(call, List.of(), 1, "k", deadline, deadline, new CompletableFuture<>()), now.get());
    }

    @Test
    void aLesserVariantAnswersWhatWouldBeRefusedWhileItsShareLasts() throws Exception {
        BatchQueue queue = queue();
        List<Boolean> degraded = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            offer(queue, InferenceCall.Lesser.UNSAID, 60_000);
            degraded.add(queue.take(0).orElseThrow().degraded());
        }
        assertThat(degraded).containsOnly(false);
        List<Offer> offers = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            offers.add(offer(queue, InferenceCall.Lesser.UNSAID, 120));
        }
        assertThat(offers.subList(0, 3)).hasOnlyElementsOfType(Offer.Accepted.class);
        assertThat(offers.get(3)).isInstanceOf(Offer.Late.class);
        Batch first = queue.take(0).orElseThrow();
        assertThat(first.degraded()).isTrue();
        assertThat(first.variant()).isEqualTo("faster");
        assertThat(first.curve().expectedNanos(1)).isEqualTo(10 * MS);
    }

    @Test
    void whoSendsARequestMaySayWhetherALesserVariantMayAnswerIt() throws Exception {
        for (InferenceCall.Lesser said : InferenceCall.Lesser.values()) {
            BatchQueue queue = queue();
            offer(queue, said, 120);
            offer(queue, said, 120);
            Offer third = offer(queue, said, 120);
            // Nothing has run yet, so nothing is earned where nobody says it.
            boolean may = said == InferenceCall.Lesser.ALLOWED;
            assertThat(third).as("%s", said).isInstanceOf(may ? Offer.Accepted.class : Offer.Late.class);
            assertThat(queue.take(0).orElseThrow().degraded()).as("%s", said).isEqualTo(may);
        }
    }

    @Test
    void aPermissionThatWasNotUsedIsGivenBack() throws Exception {
        BatchQueue queue = queue();
        for (int i = 0; i < 4; i++) {
            offer(queue, InferenceCall.Lesser.UNSAID, 60_000);
            queue.take(0);
        }
        for (int i = 0; i < 20; i++) {
            assertThat(offer(queue, InferenceCall.Lesser.UNSAID, 5)).isInstanceOf(Offer.Late.class);
        }
        List<Offer> offers = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            offers.add(offer(queue, InferenceCall.Lesser.UNSAID, 120));
        }
        assertThat(offers)
                .as("two of four may be degraded, whoever was refused meanwhile")
                .hasOnlyElementsOfType(Offer.Accepted.class);
    }
}

package dev.kilter.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BatchQueueTest {

    private static final long MS = 1_000_000;

    private final AtomicLong now = new AtomicLong(1_000 * MS);

    private BatchQueue queue(int maxRequests, int maxItems, Duration maxDelay) {
        OperatingPoint point = new OperatingPoint("v", 8, Optional.of(maxDelay));
        return new BatchQueue(new GreedyBatchPolicy(), new QueueLimits(maxRequests, maxItems), _ -> point, now::get);
    }

    private PendingRequest request(String id, int items, Object key) {
        return request(id, items, key, 60_000, () -> false);
    }

    private PendingRequest request(String id, int items, Object key, long deadlineMillis, BooleanSupplier cancelled) {
        long arrival = now.getAndAdd(1); // so that no two arrive at once
        InferenceCall call = new InferenceCall(
                "m", Optional.empty(), id, List.of(), List.of(), arrival, OptionalLong.empty(), cancelled);
        return new PendingRequest(
                call, List.of(), items, key, arrival + deadlineMillis * MS, new CompletableFuture<>());
    }

    private static List<String> ids(Batch batch) {
        return batch.requests().stream().map(r -> r.call().requestId()).toList();
    }

    @Test
    void takesWholeRequestsInOrderOfArrivalWhileTheyFit() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        queue.offer(request("a", 5, "k"));
        queue.offer(request("b", 3, "k"));
        queue.offer(request("c", 1, "k"));
        Batch first = queue.take().orElseThrow();
        assertThat(ids(first)).containsExactly("a", "b");
        assertThat(first.items()).isEqualTo(8);
        assertThat(ids(queue.take().orElseThrow())).containsExactly("c");
        assertThat(queue.requests()).isZero();
        assertThat(queue.items()).isZero();
    }

    @Test
    void aRequestThatDoesNotFitWaitsForTheNextBatchAndIsNotOvertaken() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        queue.offer(request("a", 6, "k"));
        queue.offer(request("b", 4, "k"));
        queue.offer(request("c", 1, "k"));
        assertThat(ids(queue.take().orElseThrow())).containsExactly("a");
        assertThat(ids(queue.take().orElseThrow())).containsExactly("b", "c");
    }

    @Test
    void servesTheShapeWhoseOldestRequestHasWaitedLongest() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        queue.offer(request("wide-1", 1, "wide"));
        queue.offer(request("narrow-1", 1, "narrow"));
        queue.offer(request("wide-2", 1, "wide"));
        assertThat(ids(queue.take().orElseThrow())).containsExactly("wide-1", "wide-2");
        queue.offer(request("wide-3", 1, "wide"));
        assertThat(ids(queue.take().orElseThrow())).containsExactly("narrow-1");
        assertThat(ids(queue.take().orElseThrow())).containsExactly("wide-3");
    }

    @Test
    void answersWhatExpiredOrWasCancelledAndHandsOnlyTheRestToAnEngine() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        PendingRequest late = request("late", 1, "k", 10, () -> false);
        PendingRequest gone = request("gone", 1, "k", 60_000, () -> true);
        queue.offer(late);
        queue.offer(gone);
        queue.offer(request("fine", 1, "k"));
        now.addAndGet(10 * MS);
        assertThat(ids(queue.take().orElseThrow())).containsExactly("fine");
        assertThat(late.answer().join())
                .isInstanceOfSatisfying(
                        InferenceOutcome.Expired.class,
                        e -> assertThat(e.message()).contains("model m", "10 ms in the queue"));
        assertThat(gone.answer().join()).isEqualTo(new InferenceOutcome.Cancelled());
    }

    @Test
    void aSweepAnswersWhatExpiredWhileEveryEngineIsBusy() {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        PendingRequest late = request("late", 3, "k", 10, () -> false);
        queue.offer(late);
        queue.sweep();
        assertThat(late.answer()).isNotDone();
        now.addAndGet(11 * MS);
        queue.sweep();
        assertThat(late.answer()).isDone();
        assertThat(queue.items()).isZero();
    }

    @Test
    void aFullQueueRefusesUntilSomethingInItIsOvertaken() {
        BatchQueue queue = queue(3, 10, Duration.ZERO);
        assertThat(queue.offer(request("a", 8, "k", 10, () -> false))).isEqualTo(BatchQueue.Offer.ACCEPTED);
        assertThat(queue.offer(request("b", 3, "k"))).isEqualTo(BatchQueue.Offer.FULL);
        assertThat(queue.offer(request("c", 1, "k"))).isEqualTo(BatchQueue.Offer.ACCEPTED);
        assertThat(queue.offer(request("d", 1, "k"))).isEqualTo(BatchQueue.Offer.ACCEPTED);
        assertThat(queue.offer(request("e", 0, "k"))).isEqualTo(BatchQueue.Offer.FULL);
        now.addAndGet(10 * MS);
        assertThat(queue.offer(request("b", 3, "k"))).isEqualTo(BatchQueue.Offer.ACCEPTED);
    }

    @Test
    void theBoundHoldsHoweverManyOfferAtOnce() throws Exception {
        BatchQueue queue = queue(50, 1000, Duration.ZERO);
        AtomicInteger accepted = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> offers = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                offers.add(threads.submit(() -> {
                    if (queue.offer(request("x", 1, "k")) == BatchQueue.Offer.ACCEPTED) {
                        accepted.incrementAndGet();
                    }
                }));
            }
            for (Future<?> offer : offers) {
                offer.get();
            }
        }
        assertThat(accepted).hasValue(50);
        assertThat(queue.requests()).isEqualTo(50);
    }

    @Test
    void waitsForCompanyNoLongerThanTheDelayFromTheFirstArrival() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ofMillis(40));
        queue.offer(request("a", 1, "k"));
        now.addAndGet(30 * MS); // an engine comes free late
        try (ExecutorService engine = Executors.newSingleThreadExecutor()) {
            Future<Optional<Batch>> batch = engine.submit(queue::take);
            Thread.sleep(100);
            assertThat(batch).isNotDone(); // by the queue's own clock, which stands still, 10 ms are left
            now.addAndGet(10 * MS);
            queue.offer(request("b", 1, "k"));
            assertThat(ids(batch.get().orElseThrow())).containsExactly("a", "b");
        }
    }

    @Test
    void onceClosedItTakesNothingInAndRunsWhatItHasWithoutWaiting() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ofMinutes(1));
        queue.offer(request("a", 1, "k"));
        queue.close();
        assertThat(queue.offer(request("b", 1, "k"))).isEqualTo(BatchQueue.Offer.CLOSED);
        assertThat(ids(queue.take().orElseThrow())).containsExactly("a");
        assertThat(queue.take()).isEmpty();
    }
}

package dev.kilter.runtime.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.core.OperatingPoint;
import dev.kilter.core.batching.BatchDecision;
import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.core.batching.LearnedCurve;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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

    private final LearnedCurve curve = new LearnedCurve();

    private BatchQueue queue(int maxRequests, int maxItems, Duration maxDelay) {
        OperatingPoint point = new OperatingPoint("v", 8, Optional.of(maxDelay));
        return new BatchQueue(
                GreedyBatchPolicy::new,
                new QueueLimits(maxRequests, maxItems),
                new BatchQueue.Engines(1, 8),
                _ -> point,
                Map.of("v", curve),
                now::get);
    }

    private PendingRequest request(String id, int items, Object key) {
        return request(id, items, key, 60_000, () -> false);
    }

    private PendingRequest request(String id, int items, Object key, long deadlineMillis, BooleanSupplier cancelled) {
        long arrival = now.getAndAdd(1); // so that no two arrive at once
        long deadline = arrival + deadlineMillis * MS;
        InferenceCall call = new InferenceCall(
                "m", Optional.empty(), id, List.of(), List.of(), arrival, OptionalLong.of(deadline), cancelled);
        return new PendingRequest(call, List.of(), items, key, deadline, deadline, new CompletableFuture<>());
    }

    private Offer offer(BatchQueue queue, PendingRequest request) {
        return queue.offer(request, now.get());
    }

    private static List<String> ids(Batch batch) {
        return batch.requests().stream().map(r -> r.call().requestId()).toList();
    }

    @Test
    void takesWholeRequestsInOrderOfArrivalWhileTheyFit() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        offer(queue, request("a", 5, "k"));
        offer(queue, request("b", 3, "k"));
        offer(queue, request("c", 1, "k"));
        Batch first = queue.take(0).orElseThrow();
        assertThat(ids(first)).containsExactly("a", "b");
        assertThat(first.items()).isEqualTo(8);
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("c");
        assertThat(queue.requests()).isZero();
    }

    @Test
    void aRequestThatDoesNotFitWaitsForTheNextBatchAndIsNotOvertaken() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        offer(queue, request("a", 6, "k"));
        offer(queue, request("b", 4, "k"));
        offer(queue, request("c", 1, "k"));
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("a");
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("b", "c");
    }

    @Test
    void servesTheShapeWhoseOldestRequestHasWaitedLongest() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        offer(queue, request("wide-1", 1, "wide"));
        offer(queue, request("narrow-1", 1, "narrow"));
        offer(queue, request("wide-2", 1, "wide"));
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("wide-1", "wide-2");
        offer(queue, request("wide-3", 1, "wide"));
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("narrow-1");
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("wide-3");
    }

    @Test
    void answersWhatExpiredOrWasCancelledAndHandsOnlyTheRestToAnEngine() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        PendingRequest late = request("late", 1, "k", 10, () -> false);
        PendingRequest gone = request("gone", 1, "k", 60_000, () -> true);
        offer(queue, late);
        offer(queue, gone);
        offer(queue, request("fine", 1, "k"));
        now.addAndGet(10 * MS);
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("fine");
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
        offer(queue, late);
        queue.sweep();
        assertThat(late.answer()).isNotDone();
        now.addAndGet(11 * MS);
        queue.sweep();
        assertThat(late.answer()).isDone();
    }

    @Test
    void aFullQueueRefusesUntilSomethingInItIsOvertaken() {
        BatchQueue queue = queue(3, 11, Duration.ZERO);
        assertThat(offer(queue, request("a", 8, "k", 10, () -> false))).isInstanceOf(Offer.Accepted.class);
        assertThat(offer(queue, request("b", 4, "k"))).isInstanceOf(Offer.Full.class);
        assertThat(offer(queue, request("c", 1, "k"))).isInstanceOf(Offer.Accepted.class);
        assertThat(offer(queue, request("d", 1, "k"))).isInstanceOf(Offer.Accepted.class);
        assertThat(offer(queue, request("e", 1, "k"))).isInstanceOf(Offer.Full.class);
        now.addAndGet(10 * MS);
        assertThat(offer(queue, request("b", 4, "k"))).isInstanceOf(Offer.Accepted.class);
    }

    @Test
    void theBoundHoldsHoweverManyOfferAtOnce() throws Exception {
        BatchQueue queue = queue(50, 1000, Duration.ZERO);
        AtomicInteger accepted = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
            List<Future<?>> offers = new ArrayList<>();
            for (int i = 0; i < 400; i++) {
                offers.add(threads.submit(() -> {
                    if (offer(queue, request("x", 1, "k")) instanceof Offer.Accepted) {
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
        offer(queue, request("a", 1, "k"));
        now.addAndGet(30 * MS); // an engine comes free late
        try (ExecutorService engine = Executors.newSingleThreadExecutor()) {
            Future<Optional<Batch>> batch = engine.submit(() -> queue.take(0));
            Thread.sleep(100);
            assertThat(batch).isNotDone(); // by the queue's own clock, which stands still, 10 ms are left
            offer(queue, request("b", 1, "k")); // before the time is up: the engine may look the moment it is
            assertThat(batch).isNotDone();
            now.addAndGet(10 * MS);
            assertThat(ids(batch.get().orElseThrow())).containsExactly("a", "b");
        }
    }

    @Test
    void onceClosedItTakesNothingInAndRunsWhatItHasWithoutWaiting() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ofMinutes(1));
        offer(queue, request("a", 1, "k"));
        queue.close();
        assertThat(offer(queue, request("b", 1, "k"))).isInstanceOf(Offer.Closed.class);
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("a");
        assertThat(queue.take(0)).isEmpty();
    }

    @Test
    void aRequestThatIsLateByTheObjectiveAloneIsStillRunWhereNobodyElseIsHeldUp() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        PendingRequest own = request("late", 1, "k", 100, () -> false);
        InferenceCall call = new InferenceCall(
                "m",
                Optional.empty(),
                "late",
                List.of(),
                List.of(),
                own.call().arrivalNanos(),
                OptionalLong.empty(),
                () -> false);
        offer(
                queue,
                new PendingRequest(call, List.of(), 1, "k", own.deadlineNanos(), own.urgencyNanos(), own.answer()));
        now.addAndGet(600 * MS);
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("late");
    }

    private PendingRequest urgent(String id, long urgencyMillis) {
        PendingRequest request = request(id, 1, "k");
        return new PendingRequest(
                request.call(), List.of(), 1, "k", request.deadlineNanos(), urgencyMillis * MS, request.answer());
    }

    @Test
    void servesTheMostUrgentFirstWhateverTheOrderOfArrival() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        for (int i = 0; i < 40; i++) { // more than the ring holds at first
            offer(queue, urgent("late-" + i, 5_000 + i));
        }
        offer(queue, urgent("first", 1_000));
        offer(queue, urgent("third", 3_000));
        offer(queue, urgent("second", 2_000));
        assertThat(ids(queue.take(0).orElseThrow()))
                .containsExactly("first", "second", "third", "late-0", "late-1", "late-2", "late-3", "late-4");
        offer(queue, urgent("between", 5_006));
        assertThat(ids(queue.take(0).orElseThrow()))
                .containsExactly("late-5", "late-6", "between", "late-7", "late-8", "late-9", "late-10", "late-11");
    }

    @Test
    void anOldRequestThatOthersOvertookStillCountsAsTheFirstArrival() throws Exception {
        BatchQueue queue = queue(100, 100, Duration.ofMillis(40));
        offer(queue, urgent("old", 5_000));
        now.addAndGet(40 * MS);
        offer(queue, urgent("urgent", 1_000));
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("urgent", "old");
    }

    /** An engine that has just begun with that many items, on a queue where requests are few and far between. */
    private BatchQueue busyWith(int items) throws InterruptedException {
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        offer(queue, request("long ago", 1, "k"));
        queue.take(0);
        now.addAndGet(10_000 * MS);
        offer(queue, request("running", items, "k"));
        queue.take(0);
        return queue;
    }

    @Test
    void admitsWhatCanBeAnsweredInTimeBehindWhatRunsAndWaits() throws Exception {
        curve.record(1, 10 * MS);
        curve.record(8, 20 * MS); // cautious: a quarter more
        BatchQueue queue = busyWith(8);
        // 20 ms are left of what runs, alone it would take 10 ms; if all goes well, sqrt(5^2 + 2.5^2) ms less
        assertThat(offer(queue, request("tight", 1, "k", 24, () -> false)))
                .isInstanceOfSatisfying(Offer.Late.class, late -> {
                    assertThat(late.answerNanos()).isBetween(24 * MS, 25 * MS);
                    assertThat(late.lateNanos()).isBetween(0L, MS);
                });
        assertThat(offer(queue, request("fits", 8, "k", 41, () -> false))).isEqualTo(Offer.ACCEPTED);
        // another full batch is ahead now
        assertThat(offer(queue, request("next", 1, "k", 42, () -> false))).isInstanceOf(Offer.Late.class);
        now.addAndGet(20 * MS);
        assertThat(offer(queue, request("later", 1, "k", 42, () -> false))).isEqualTo(Offer.ACCEPTED);
    }

    @Test
    void whatIsMoreUrgentIsAdmittedByWhatIsAheadOfItAlone() throws Exception {
        curve.record(1, 10 * MS);
        curve.record(8, 20 * MS);
        BatchQueue queue = busyWith(8);
        for (int i = 0; i < 5; i++) {
            offer(queue, request("patient", 8, "k", 60_000, () -> false));
        }
        assertThat(offer(queue, request("as patient", 1, "k", 100, () -> false)))
                .isEqualTo(Offer.ACCEPTED);
        assertThat(offer(queue, request("of another shape", 1, "l", 60_001, () -> false)))
                .isEqualTo(Offer.ACCEPTED);
    }

    @Test
    void whatIsAheadInOtherLinesCountsToo() throws Exception {
        curve.record(1, 10 * MS);
        curve.record(8, 20 * MS);
        BatchQueue queue = busyWith(8);
        offer(queue, request("urgent", 8, "k", 45, () -> false));
        assertThat(offer(queue, request("other", 1, "l", 45, () -> false))).isEqualTo(Offer.ACCEPTED);
        assertThat(offer(queue, request("less urgent", 1, "m", 50, () -> false)))
                .isInstanceOfSatisfying(
                        Offer.Late.class, late -> assertThat(late.answerNanos()).isBetween(50 * MS, 60 * MS));
    }

    @Test
    void anEstimateThatIsTooHighLetsOneRequestInWheneverAnEngineIsFree() throws Exception {
        curve.record(1, 60_000 * MS); // a stall in the warm-up
        BatchQueue queue = queue(100, 100, Duration.ZERO);
        try (ExecutorService engine = Executors.newSingleThreadExecutor()) {
            Future<Optional<Batch>> batch = engine.submit(() -> queue.take(0));
            Offer offer;
            do { // until the engine stands at the queue
                offer = offer(queue, request("probe", 1, "k", 50, () -> false));
            } while (!(offer instanceof Offer.Accepted));
            assertThat(ids(batch.get().orElseThrow())).containsExactly("probe");
            assertThat(offer(queue, request("second", 1, "k", 50, () -> false))).isInstanceOf(Offer.Late.class);
        }
    }

    @Test
    void aPolicyThatGivesARequestUpHasItAnsweredAndAskedAgain() throws Exception {
        BatchPolicy strict = (view, nowNanos) -> view.requests() > 0 && view.deadlineNanos(0) - nowNanos < 100 * MS
                ? new BatchDecision.Drop(1)
                : new GreedyBatchPolicy().decide(view, nowNanos);
        BatchQueue queue = new BatchQueue(
                () -> strict,
                new QueueLimits(10, 10),
                new BatchQueue.Engines(1, 8),
                _ -> new OperatingPoint("v", 8, Optional.empty()),
                Map.of("v", curve),
                now::get);
        PendingRequest lost = request("lost", 1, "k", 50, () -> false);
        offer(queue, lost);
        offer(queue, request("fine", 1, "k"));
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("fine");
        assertThat(lost.answer().join())
                .isInstanceOfSatisfying(
                        InferenceOutcome.Expired.class,
                        e -> assertThat(e.message()).contains("cannot be met any more; nothing was run"));
    }

    @Test
    void aModelWithoutBatchesRunsOneRequestAtATime() throws Exception {
        BatchQueue queue = new BatchQueue(
                GreedyBatchPolicy::new,
                new QueueLimits(10, 10),
                new BatchQueue.Engines(1, 1),
                _ -> new OperatingPoint("v", 8, Optional.empty()),
                Map.of("v", curve),
                now::get);
        offer(queue, request("a", 1, "k"));
        offer(queue, request("b", 1, "k"));
        assertThat(ids(queue.take(0).orElseThrow())).containsExactly("a");
    }

    @Test
    void abandonedAllThatWaitAreAnswered() {
        BatchQueue queue = queue(10, 10, Duration.ZERO);
        PendingRequest waiting = request("a", 1, "k");
        offer(queue, waiting);
        InferenceOutcome outcome = new InferenceOutcome.Unavailable("hung", Duration.ofSeconds(1));
        queue.abandon(outcome);
        assertThat(waiting.answer()).isCompletedWithValue(outcome);
        assertThat(queue.requests()).isZero();
    }
}

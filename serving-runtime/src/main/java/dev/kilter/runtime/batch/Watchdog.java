package dev.kilter.runtime.batch;

import dev.kilter.runtime.serving.InferenceOutcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells a run that does not come back from a slow one: it takes {@value #MULTIPLE} times what any took, and longer than
 * a floor. Time counts only while the watchdog itself is given time, so that a process that was stopped, or a machine
 * that slept, does not look like an engine that hangs. For one thread; time is passed in.
 */
public final class Watchdog {

    static final int MULTIPLE = 20;

    private static final Logger LOG = LoggerFactory.getLogger(Watchdog.class);

    /**
     * How long it waits.
     *
     * @param floor no run is called hung before that
     * @param unknown no run is called hung before that while nothing is known of what runs take
     * @param tick how often it looks; of a longer pause between two looks no more than twice that counts
     */
    public record Patience(Duration floor, Duration unknown, Duration tick) {}

    private final Patience patience;
    private IdentityHashMap<Batch, Long> ranNanos = new IdentityHashMap<>();
    private final List<Batch> answered = new ArrayList<>();
    private Optional<Long> lastLook = Optional.empty();

    public Watchdog(Patience patience) {
        this.patience = patience;
    }

    /**
     * Looks at what runs. Answers those whose engine hangs, once, and tells health about it; and again when it came
     * back after all.
     */
    public void look(BatchRunner.Shared shared, long nowNanos) {
        List<Batch> hung = hung(shared.queue().running(), shared.statistics().longestNanos(), nowNanos);
        answered.retainAll(hung);
        for (Batch batch : hung) {
            if (!answered.contains(batch)) {
                answered.add(batch);
                answer(batch, shared, nowNanos);
            }
        }
        shared.health()
                .hung(hung.stream()
                        .findFirst()
                        .map(batch -> "variant " + batch.variant() + ": " + tell(batch, nowNanos)));
    }

    private static void answer(Batch batch, BatchRunner.Shared shared, long nowNanos) {
        String model = batch.requests().getFirst().call().model();
        String told = "model " + model + " variant " + batch.variant() + ": " + tell(batch, nowNanos);
        LOG.error(told);
        shared.listener().hung(batch.variant());
        // The engine may still read the inputs.
        InferenceOutcome outcome = new InferenceOutcome.Failed(told, true);
        batch.requests().forEach(request -> request.answer().complete(outcome));
    }

    private static String tell(Batch batch, long nowNanos) {
        return "the engine has not come back from a batch of " + batch.items() + " for "
                + Duration.ofNanos(nowNanos - batch.formedNanos()).toSeconds() + " s";
    }

    /** Those that hang, each again as long as it does. {@code longestNanos}: of the runs so far; 0: there was none. */
    List<Batch> hung(List<Batch> running, long longestNanos, long nowNanos) {
        long passed = Math.min(
                nowNanos - lastLook.orElse(nowNanos), 2 * patience.tick().toNanos());
        lastLook = Optional.of(nowNanos);
        IdentityHashMap<Batch, Long> still = new IdentityHashMap<>();
        List<Batch> hung = new ArrayList<>();
        for (Batch batch : running) {
            Long before = ranNanos.get(batch);
            long ran = before == null ? 0 : before + passed;
            still.put(batch, ran);
            if (ran > limitNanos(Math.max(longestNanos, batch.cautiousNanos()))) {
                hung.add(batch);
            }
        }
        ranNanos = still;
        return hung;
    }

    private long limitNanos(long usualNanos) {
        return usualNanos == 0
                ? patience.unknown().toNanos()
                : Math.max(patience.floor().toNanos(), MULTIPLE * usualNanos);
    }
}

package dev.kilter.operator.plan;

import dev.kilter.protocol.DemandSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;

/**
 * The next step from the pools that run to the pools that the plan means. Those of the same revision take over when
 * they are warm. Those of a new revision take a first share then, are compared with the revision that serves, and take
 * over by steps, or give their share back.
 *
 * @param pools how each pool that is to be there should stand; one of the plan that is not in it is not made
 * @param delete pools that are drained, or never took a request
 * @param emptied pools that stay, but without pods
 * @param stage how far it is
 * @param wakeAfter when the next step may be due without anything else happening
 */
public record Rollout(
        SortedMap<String, Target> pools,
        List<String> delete,
        List<String> emptied,
        Stage stage,
        Optional<Duration> wakeAfter) {

    /** The share of pools that carry all traffic. */
    public static final int FULL = 100;

    /** How a pool should stand. */
    public record Target(int share, Standing standing) {}

    /**
     * A pool that exists.
     *
     * @param share 0: no new requests
     * @param unready empty: one of its pods is ready
     * @param trouble what keeps its pods from serving
     */
    public record Running(
            String name,
            String revision,
            int share,
            int replicas,
            int ready,
            Standing standing,
            Optional<Unready> unready,
            Optional<Trouble> trouble) {

        boolean carries() {
            return share > 0;
        }

        /** Since when none of its pods is ready although some were. */
        Optional<Instant> lostSince() {
            return unready.filter(Unready::lost).map(Unready::since);
        }
    }

    /**
     * None of a pool's pods is ready.
     *
     * @param lost whether some were
     */
    public record Unready(Instant since, boolean lost) {}

    /**
     * What keeps pods of a pool from serving.
     *
     * @param lacksRoom whether nothing but a node does
     */
    public record Trouble(boolean lacksRoom, String message) {}

    /** A revision that served in earnest, and takes nothing new since then. */
    public record Replaced(String revision, Instant at) {}

    /** How far it is. */
    public sealed interface Stage {

        /** @param replaced what the plan's revision took over from; empty: nothing, or it is gone by now */
        record Complete(String revision, Optional<Replaced> replaced) implements Stage {}

        /** Pods of the plan are not ready yet. */
        record Warming(String revision) implements Stage {}

        /**
         * No pod of the plan was ready in time. They are waited for all the same.
         *
         * @param why for how long, and what keeps them
         */
        record Overdue(String revision, String why) implements Stage {

            /** What happened, and what follows. */
            public String message() {
                return "no pod of revision " + revision + " was ready within " + why
                        + ". It goes on by itself once one is";
            }
        }

        /**
         * The new revision takes a part of the requests.
         *
         * @param doubt what looks worse of it so far
         */
        record Trial(String revision, int share, Optional<String> doubt) implements Stage {

            /** How it stands, without figures that move. */
            public String message() {
                return "revision " + revision + " takes " + share
                        + " % of the traffic and is compared with the one before"
                        + (doubt.isPresent() ? "; so far it looks worse, and is not given more" : "");
            }
        }

        /**
         * The new revision takes none, until it is another one.
         *
         * @param pool that is the record of it
         * @param serving the revision that does
         */
        record RolledBack(String revision, String pool, String serving, Instant at, String why) implements Stage {

            /** What happened, and what to do. */
            public String message() {
                return "revision " + revision + " was rolled back: " + why + "; revision " + serving
                        + " serves on. Mend the specification, or delete ServingPool " + pool + " to try it again";
            }
        }
    }

    /**
     * What a step is decided from.
     *
     * @param revision of the plan's pools
     * @param wanted the names of the plan's pools with the replicas that it needs
     * @param trial how revisions did beside each other; empty: nobody tells
     * @param drain how long gateways and requests in flight may need to let go of a pool
     */
    public record Situation(
            String revision,
            Map<String, Integer> wanted,
            List<Running> running,
            RolloutRules rules,
            Optional<DemandSummary.Trial> trial,
            Duration drain) {
        public Situation {
            running = List.copyOf(running);
        }
    }

    /** Decides. */
    public static Rollout decide(Situation situation, Instant now) {
        return new RolloutStep(situation, now).decide();
    }

    /** Whether the pools of the plan carry the traffic. */
    public boolean complete() {
        return stage instanceof Stage.Complete;
    }

    /** The comparison that goes on. */
    public Optional<Stage.Trial> trial() {
        return stage instanceof Stage.Trial it ? Optional.of(it) : Optional.empty();
    }

    /** That pods of the plan take too long to get ready. */
    public Optional<Stage.Overdue> overdue() {
        return stage instanceof Stage.Overdue it ? Optional.of(it) : Optional.empty();
    }

    /** What the new revision was rolled back for. */
    public Optional<Stage.RolledBack> rolledBack() {
        return stage instanceof Stage.RolledBack it ? Optional.of(it) : Optional.empty();
    }
}

package dev.kilter.operator.plan;

import dev.kilter.api.v1alpha1.ServingPool;
import dev.kilter.operator.plan.Rollout.Running;
import dev.kilter.operator.plan.Rollout.Situation;
import dev.kilter.operator.plan.Rollout.Trouble;
import dev.kilter.operator.plan.Rollout.Unready;
import dev.kilter.protocol.DemandSummary.Arm;
import dev.kilter.protocol.DemandSummary.Trial;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * The whole loop in virtual time: pools that take a while to get ready, a gateway that spreads requests by share and
 * counts what becomes of them, an autoscaler that adds that up, and {@link Rollout} every two seconds. What is
 * remembered from one decision to the next is what a ServingPool says.
 */
final class RolloutLoop {

    static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    static final RolloutRules RULES =
            new RolloutRules(10, Duration.ofMinutes(1), 100, Duration.ofMinutes(10), 0.02, 0.01);
    private static final int ROUND = 2;

    /** How a revision behaves. */
    record Behaviour(double missed, double failed, int readyAfter, Trouble before) {
        static final Behaviour GOOD = new Behaviour(0.002, 0.0005, 20, new Trouble(false, "model.onnx: no such file"));

        Behaviour missing(double share) {
            return new Behaviour(share, failed, readyAfter, before);
        }

        Behaviour failing(double share) {
            return new Behaviour(missed, share, readyAfter, before);
        }

        Behaviour readyAfter(int seconds) {
            return new Behaviour(missed, failed, seconds, before);
        }

        static Behaviour neverReady() {
            return GOOD.readyAfter(Integer.MAX_VALUE);
        }

        Behaviour withoutRoom() {
            return new Behaviour(missed, failed, readyAfter, new Trouble(true, "pod b-1 finds no node"));
        }
    }

    private static final class Pool {
        private final String revision;
        private final int madeAt;
        private int share;
        private int replicas = 2;
        private Map<String, String> annotations = Map.of();

        private Pool(String revision, int madeAt) {
            this.revision = revision;
            this.madeAt = madeAt;
        }
    }

    private final Map<String, Behaviour> behaviours = new LinkedHashMap<>();
    private final Map<String, Pool> pools = new TreeMap<>();
    private final SplittableRandom random;
    private final Map<String, int[]> counted = new TreeMap<>();
    private final List<String> told = new ArrayList<>();
    private Map<String, Integer> shares = Map.of();
    private int countedSince;
    private int second;
    private String asked = "";
    private double requestsPerSecond = 100;
    private boolean reports = true;
    private double stallOfAll;
    private Optional<String> stalled = Optional.empty();
    private Rollout last;

    RolloutLoop(long seed) {
        random = new SplittableRandom(seed);
    }

    /** A revision that serves in earnest already. */
    RolloutLoop serving(String revision) {
        apply(revision, Behaviour.GOOD);
        run(60);
        return this;
    }

    RolloutLoop apply(String revision, Behaviour behaviour) {
        behaviours.put(revision, behaviour);
        asked = revision;
        return this;
    }

    RolloutLoop rate(double perSecond) {
        requestsPerSecond = perSecond;
        return this;
    }

    RolloutLoop withoutReports() {
        reports = false;
        return this;
    }

    /** From now on this part of all requests misses, whichever revision has them. */
    RolloutLoop stallOfAll(double share) {
        stallOfAll = share;
        return this;
    }

    /** From now on all requests of a revision miss. */
    RolloutLoop stall(String revision) {
        stalled = Optional.of(revision);
        return this;
    }

    RolloutLoop stallEnds() {
        stalled = Optional.empty();
        return this;
    }

    /** Somebody deletes the record of a failure. */
    RolloutLoop delete(String pool) {
        pools.remove(pool);
        return this;
    }

    RolloutLoop run(int seconds) {
        for (int end = second + seconds; second < end; second += ROUND) {
            serve();
            decide();
        }
        return this;
    }

    /** Runs until the stage is told so, at most this long. */
    int runUntil(Class<? extends Rollout.Stage> stage, int most) {
        int began = second;
        while (!stage.isInstance(last.stage()) && second - began < most) {
            run(ROUND);
        }
        return second - began;
    }

    Rollout.Stage stage() {
        return last.stage();
    }

    int share(String pool) {
        return pools.containsKey(pool) ? pools.get(pool).share : -1;
    }

    int replicas(String pool) {
        return pools.get(pool).replicas;
    }

    boolean exists(String pool) {
        return pools.containsKey(pool);
    }

    /** All stages that were reached, each once in a row. */
    List<String> told() {
        return told;
    }

    private void serve() {
        Map<String, Integer> current = new TreeMap<>();
        pools.values().stream().filter(pool -> pool.share > 0).forEach(pool -> current.put(pool.revision, pool.share));
        if (!current.equals(shares)) {
            shares = current;
            counted.clear();
            countedSince = second;
        }
        int all = shares.values().stream().mapToInt(Integer::intValue).sum();
        List<String> broken = new ArrayList<>();
        shares.forEach((revision, share) -> {
            int[] arm = counted.computeIfAbsent(revision, name -> new int[4]);
            int requests = poisson(requestsPerSecond * ROUND * share / all);
            int missed = 0;
            int failed = 0;
            Behaviour behaviour = behaviours.get(revision);
            boolean stalls = stalled.filter(revision::equals).isPresent();
            for (int i = 0; i < requests; i++) {
                if (random.nextDouble() < behaviour.failed()) {
                    failed++;
                } else if (stalls || random.nextDouble() < Math.max(behaviour.missed(), stallOfAll)) {
                    missed++;
                }
            }
            arm[0] += requests;
            arm[1] += missed;
            arm[2] += failed;
            if (missed + failed > RULES.mayMiss() * requests || failed > RULES.mayFail() * requests) {
                broken.add(revision);
            }
        });
        if (broken.size() == 1) {
            counted.get(broken.getFirst())[3]++;
        }
    }

    private void decide() {
        String name = "pool-" + asked;
        last = Rollout.decide(
                new Situation(asked, Map.of(name, 2), running(), RULES, trial(), Duration.ofSeconds(30)), now());
        last.pools().forEach((pool, target) -> {
            Pool it = pools.computeIfAbsent(pool, any -> new Pool(asked, second));
            it.share = target.share();
            it.annotations = target.standing().annotations();
        });
        last.emptied().forEach(pool -> pools.get(pool).replicas = 0);
        last.delete().forEach(pools::remove);
        String stage = switch (last.stage()) {
            case Rollout.Stage.Complete(String revision, var ignored) -> "complete " + revision;
            case Rollout.Stage.Warming(String revision) -> "warming " + revision;
            case Rollout.Stage.Overdue(String revision, var ignored) -> "overdue " + revision;
            case Rollout.Stage.Trial(String revision, int share, var ignored) -> revision + " " + share;
            case Rollout.Stage.RolledBack back -> "rolled back " + back.revision();
        };
        if (told.isEmpty() || !told.getLast().equals(stage)) {
            told.add(stage);
        }
    }

    private List<Running> running() {
        return pools.entrySet().stream()
                .map(entry -> {
                    Pool pool = entry.getValue();
                    Behaviour behaviour = behaviours.get(pool.revision);
                    boolean ready = second - pool.madeAt >= behaviour.readyAfter();
                    return new Running(
                            entry.getKey(),
                            pool.revision,
                            pool.share,
                            pool.replicas,
                            ready ? pool.replicas : 0,
                            Standing.of(resource(pool)),
                            ready ? Optional.empty() : Optional.of(new Unready(START.plusSeconds(pool.madeAt), false)),
                            ready ? Optional.empty() : Optional.of(behaviour.before()));
                })
                .toList();
    }

    /** What the API server would keep. */
    private static ServingPool resource(Pool pool) {
        ServingPool resource = new ServingPool();
        resource.setMetadata(
                new ObjectMetaBuilder().withAnnotations(pool.annotations).build());
        return resource;
    }

    private Optional<Trial> trial() {
        return reports && shares.size() > 1
                ? Optional.of(new Trial(
                        START.plusSeconds(countedSince).toEpochMilli(),
                        shares.entrySet().stream()
                                .map(share -> arm(share.getKey(), share.getValue()))
                                .toList()))
                : Optional.empty();
    }

    private Arm arm(String revision, int share) {
        int[] counts = counted.getOrDefault(revision, new int[4]);
        return new Arm(revision, share, counts[0], counts[1], counts[2], counts[3]);
    }

    private Instant now() {
        return START.plusSeconds(second);
    }

    /** Knuth's, in pieces that do not underflow. */
    private int poisson(double mean) {
        int count = 0;
        for (double left = mean; left > 0; left -= 20) {
            double limit = Math.exp(-Math.min(left, 20));
            double product = random.nextDouble();
            while (product > limit) {
                count++;
                product *= random.nextDouble();
            }
        }
        return count;
    }
}

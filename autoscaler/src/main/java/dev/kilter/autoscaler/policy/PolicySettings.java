package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Behavior;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The policy's parameters. docs/scaling.md tells them with their reasons.
 *
 * @param targetUtilization share of a replica's capacity that is planned to be used. The rest absorbs the noise of
 *     arrivals and what comes while a new replica starts
 * @param targetBusy share of the engines' time where nothing but that is known. Lower: busy says little of latency
 * @param defaults what {@code behavior} leaves out
 * @param enoughRequests fewer in the short window say nothing of refusals or lateness
 * @param settle after a change of counts, refusals and lateness are blamed on it, not on the capacity, for so long
 * @param lowerBy what the capacity estimate is multiplied with when the objective is missed below it
 * @param lowerEvery at most so often: the short window has to turn over first
 * @param lowest factor that lowering stops at
 * @param raiseBy what the factor gains back
 * @param raiseEvery so often, while the objective is met
 * @param gap after no decision for so long, nothing that was remembered counts towards scaling in
 */
public record PolicySettings(
        double targetUtilization,
        double targetBusy,
        Behavior defaults,
        double enoughRequests,
        Duration settle,
        double lowerBy,
        Duration lowerEvery,
        double lowest,
        double raiseBy,
        Duration raiseEvery,
        Duration gap) {

    private static final double TOLERANCE = 0.1;

    /** What is used unless somebody knows better. */
    public static final PolicySettings DEFAULT = new PolicySettings(
            0.8,
            0.7,
            // Out at once and as far as the rate asks: it is measured, so nothing can run away. In after five minutes.
            new Behavior(rules(Duration.ZERO), rules(Duration.ofSeconds(300))),
            50,
            Duration.ofSeconds(20),
            0.8,
            Duration.ofSeconds(10),
            0.25,
            0.02,
            Duration.ofSeconds(30),
            Duration.ofSeconds(30));

    private static Behavior.Rules rules(Duration window) {
        return new Behavior.Rules(
                Optional.of(window), Optional.of(Behavior.Select.MAX), List.of(), OptionalDouble.of(TOLERANCE));
    }

    /** The same, with another window for scaling in where {@code behavior} gives none. */
    public PolicySettings withScaleInWindow(Duration window) {
        return new PolicySettings(
                targetUtilization,
                targetBusy,
                new Behavior(defaults.scaleUp(), rules(window)),
                enoughRequests,
                settle,
                lowerBy,
                lowerEvery,
                lowest,
                raiseBy,
                raiseEvery,
                gap);
    }

    /** What was asked for, with what it leaves out filled in. */
    Behavior complete(Behavior asked) {
        return new Behavior(
                complete(asked.scaleUp(), defaults.scaleUp()), complete(asked.scaleDown(), defaults.scaleDown()));
    }

    private static Behavior.Rules complete(Behavior.Rules asked, Behavior.Rules defaults) {
        return new Behavior.Rules(
                asked.stabilizationWindow().or(defaults::stabilizationWindow),
                asked.select().or(defaults::select),
                asked.limits().isEmpty() ? defaults.limits() : asked.limits(),
                asked.tolerance().isPresent() ? asked.tolerance() : defaults.tolerance());
    }
}

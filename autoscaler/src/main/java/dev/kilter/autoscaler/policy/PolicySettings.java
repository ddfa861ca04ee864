package dev.kilter.autoscaler.policy;

import dev.kilter.core.scaling.Behavior;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * The policy's parameters. docs/scaling.md tells them with their reasons.
 *
 * @param hedge how sure the demand is to be covered when a replica that is asked for now serves, 0..1: at the ratio of
 *     what a missing replica costs to that and what a needless one costs, both are balanced (the newsvendor's
 *     fractile); empty: what arrives now is what is covered
 * @param reliedHedge the same while lesser variants can answer whatever replicas are missing for: that costs quality
 *     then, not answers
 * @param targetUtilization share of a replica's capacity that is planned to be used. The rest absorbs the noise of
 *     arrivals and what comes while a new replica starts
 * @param reliedUtilization the same while lesser variants can answer what is too much for a replica; may be more than 1
 * @param surelyUsed share of the capacity that the demand at the full hedge may come to all the same: what lesser
 *     variants answer beyond it there are not enough of
 * @param targetBusy share of the engines' time where nothing but that is known. Lower: busy says little of latency
 * @param defaults what {@code behavior} leaves out
 * @param enoughRequests fewer in the short window say nothing of refusals or lateness
 * @param settle after a change of counts, refusals and lateness are blamed on it, not on the capacity, for so long
 * @param lowerBy what the capacity estimate is multiplied with when the objective is missed below it
 * @param lowerEvery at most so often: the short window has to turn over first
 * @param lowest factor that lowering stops at
 * @param raiseBy what the factor gains back
 * @param raiseEvery so often, while the objective is met
 * @param returnAfter a pool that stands in for a full class is kept for so long after that class has room again
 * @param gap after no decision for so long, nothing that was remembered counts towards scaling in
 */
public record PolicySettings(
        OptionalDouble hedge,
        double reliedHedge,
        double targetUtilization,
        double reliedUtilization,
        double surelyUsed,
        double targetBusy,
        Behavior defaults,
        double enoughRequests,
        Duration settle,
        double lowerBy,
        Duration lowerEvery,
        double lowest,
        double raiseBy,
        Duration raiseEvery,
        Duration returnAfter,
        Duration gap) {

    private static final double RELIED_HEDGE = 0.8;
    private static final double RELIED_UTILIZATION = 1.2;
    private static final double SURELY_USED = 1.4;

    private static final Duration SHORTEST_WINDOW = Duration.ofSeconds(10);

    /** What arrives now is covered, with some room; nothing is foreseen, and in is late. */
    public static final PolicySettings REACTIVE = new PolicySettings(
            OptionalDouble.empty(),
            RELIED_HEDGE,
            0.8,
            0.8,
            0.8,
            0.7,
            // Out at once and as far as the rate asks: it is measured, so nothing can run away. In after five minutes.
            new Behavior(rules(Optional.of(Duration.ZERO), 0.1), rules(Optional.of(Duration.ofSeconds(300)), 0.1)),
            50,
            Duration.ofSeconds(20),
            0.8,
            Duration.ofSeconds(10),
            0.25,
            0.02,
            Duration.ofSeconds(30),
            Duration.ofMinutes(5),
            Duration.ofSeconds(30));

    /** What is used unless somebody knows better: the quantile has the noise in it, so counts follow it closely. */
    public static final PolicySettings DEFAULT = hedged(0.99);

    /** The default with another hedge. */
    public static PolicySettings hedged(double hedge) {
        return hedged(hedge, RELIED_HEDGE, RELIED_UTILIZATION);
    }

    /**
     * The default with another hedge, and with what replaces hedge and utilization while lesser variants are relied on.
     */
    public static PolicySettings hedged(double hedge, double reliedHedge, double reliedUtilization) {
        return new PolicySettings(
                OptionalDouble.of(hedge),
                reliedHedge,
                1,
                reliedUtilization,
                Math.max(SURELY_USED, reliedUtilization),
                REACTIVE.targetBusy,
                new Behavior(rules(Optional.of(Duration.ZERO), 0), rules(Optional.empty(), 0)),
                REACTIVE.enoughRequests,
                REACTIVE.settle,
                REACTIVE.lowerBy,
                REACTIVE.lowerEvery,
                REACTIVE.lowest,
                REACTIVE.raiseBy,
                REACTIVE.raiseEvery,
                REACTIVE.returnAfter,
                REACTIVE.gap);
    }

    /**
     * The hedge where lesser variants can answer so much of what replicas may be missing for: the odds fall
     * geometrically, so each part of it saves as many replicas.
     *
     * @param sure the full one
     * @param reliance 0..1
     */
    double hedge(double sure, double reliance) {
        // Exactly what was asked for where nothing is relied on: above 99 % the least bit more is something else.
        if (reliance == 0 || sure <= reliedHedge) {
            return sure;
        }
        double odds = Math.pow(odds(sure), 1 - reliance) * Math.pow(odds(reliedHedge), reliance);
        return odds / (1 + odds);
    }

    /** The same of the share of a replica's capacity that is planned to be used. */
    double utilization(double reliance) {
        return targetUtilization + reliance * (reliedUtilization - targetUtilization);
    }

    /**
     * The demand to plan for, so that what is sure fits into {@code surelyUsed} where lesser variants are relied on.
     *
     * @param likely at the hedge for that reliance
     * @param sure at the full one
     * @param reliance 0..1
     */
    double demand(double likely, double sure, double reliance) {
        double mayBeUsed = targetUtilization + reliance * (surelyUsed - targetUtilization);
        return Math.max(likely, sure * utilization(reliance) / mayBeUsed);
    }

    private static double odds(double probability) {
        return probability / (1 - probability);
    }

    private static Behavior.Rules rules(Optional<Duration> window, double tolerance) {
        return new Behavior.Rules(window, Optional.of(Behavior.Select.MAX), List.of(), OptionalDouble.of(tolerance));
    }

    /** The same, with another share of a replica's capacity that is planned to be used, whoever answers. */
    public PolicySettings using(double utilization) {
        return with(utilization, utilization, defaults);
    }

    /** The same, with another window for scaling in where {@code behavior} gives none. */
    public PolicySettings withScaleInWindow(Duration window) {
        Behavior.Rules down =
                rules(Optional.of(window), defaults.scaleDown().tolerance().orElse(0));
        return with(targetUtilization, reliedUtilization, new Behavior(defaults.scaleUp(), down));
    }

    private PolicySettings with(double utilization, double whileRelied, Behavior whatIsLeftOut) {
        return new PolicySettings(
                hedge,
                reliedHedge,
                utilization,
                whileRelied,
                Math.max(surelyUsed, whileRelied),
                targetBusy,
                whatIsLeftOut,
                enoughRequests,
                settle,
                lowerBy,
                lowerEvery,
                lowest,
                raiseBy,
                raiseEvery,
                returnAfter,
                gap);
    }

    /**
     * What was asked for, with what it leaves out filled in.
     *
     * @param startUp where no window is given for scaling in, it is as long: to start a replica again costs as much
     */
    Behavior complete(Behavior asked, Duration startUp) {
        Behavior.Rules down = complete(asked.scaleDown(), defaults.scaleDown());
        Duration asLong = startUp.compareTo(SHORTEST_WINDOW) < 0 ? SHORTEST_WINDOW : startUp;
        return new Behavior(
                complete(asked.scaleUp(), defaults.scaleUp()),
                new Behavior.Rules(
                        Optional.of(down.stabilizationWindow().orElse(asLong)),
                        down.select(),
                        down.limits(),
                        down.tolerance()));
    }

    private static Behavior.Rules complete(Behavior.Rules asked, Behavior.Rules defaults) {
        return new Behavior.Rules(
                asked.stabilizationWindow().or(defaults::stabilizationWindow),
                asked.select().or(defaults::select),
                asked.limits().isEmpty() ? defaults.limits() : asked.limits(),
                asked.tolerance().isPresent() ? asked.tolerance() : defaults.tolerance());
    }
}

package dev.kilter.autoscaler.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Learns online how wrong each predictor is at a horizon, and forecasts by the one whose quantiles cost least so far.
 * It needs no model of the load, and little state: minutes of samples, what was said of times to come, a histogram of
 * errors for each predictor. Immutable: {@link #seen} gives the next.
 */
public final class Forecaster {

    /** In the order of what is kept of each. */
    private static final List<Predictor> PREDICTORS = List.of(Predictor.values());

    /** Nothing was seen yet. */
    public static final Forecaster NEW = new Forecaster(Instant.MIN, History.NONE, List.of(), fresh());

    /** After no sample for so long, what was said before it is not held against anybody. */
    private static final Duration GAP = Duration.ofSeconds(30);

    /** Errors count half after so long. */
    private static final Duration HALF_LIFE = Duration.ofMinutes(8);

    /** Nobody waits longer for what was said. */
    private static final Duration FARTHEST = Duration.ofMinutes(10);

    /** What is rarer than that is no error but news: the load is another one. */
    private static final double UNHEARD_OF = 0.999;

    private final Instant at;
    private final History history;
    private final List<Pending> pending;
    private final List<Track> tracks;

    private Forecaster(Instant at, History history, List<Pending> pending, List<Track> tracks) {
        this.at = at;
        this.history = history;
        this.pending = pending;
        this.tracks = tracks;
    }

    /**
     * What is to be reckoned with.
     *
     * @param perSecond requests a second
     * @param reason a phrase for people
     */
    public record Forecast(double perSecond, String reason) {}

    /**
     * With what is seen now. What makes no sense, or comes at no later time, changes nothing.
     *
     * @param ahead the horizon that is asked for
     * @param probability the hedge that is asked for, 0..1
     */
    public Forecaster seen(Rates rates, Duration ahead, double probability, Instant now) {
        if (!rates.sensible() || !now.isAfter(at)) {
            return this;
        }
        boolean gap = !at.equals(Instant.MIN) && Duration.between(at, now).compareTo(GAP) > 0;
        History seen = (gap ? history.afterGap() : history).with(rates, now);
        List<Track> learnt = gap || at.equals(Instant.MIN) ? tracks : learnt(rates.latest(), probability, now);
        List<Pending> open = new ArrayList<>();
        for (Pending said : gap ? List.<Pending>of() : pending) {
            if (said.due().isAfter(now)) {
                open.add(said);
            }
        }
        Duration horizon = ahead.compareTo(FARTHEST) < 0 ? ahead : FARTHEST;
        double highest = seen.highest();
        List<Pending.Said> said = new ArrayList<>();
        for (int i = 0; i < PREDICTORS.size(); i++) {
            double predicted = PREDICTORS.get(i).predict(seen, horizon, probability);
            said.add(new Pending.Said(predicted, learnt.get(i).quantile(predicted, highest, probability)));
        }
        open.add(new Pending(now.plus(horizon), List.copyOf(said)));
        return new Forecaster(now, seen, List.copyOf(open), learnt);
    }

    /** The forecast as of the last {@link #seen}; empty: nothing was seen yet. */
    public Optional<Forecast> forecast(double probability) {
        if (pending.isEmpty()) {
            return Optional.empty();
        }
        int leader = 0;
        for (int i = 1; i < tracks.size(); i++) {
            leader = tracks.get(i).loss() < tracks.get(leader).loss() ? i : leader;
        }
        Rates rates = history.now();
        Pending.Said said = pending.getLast().said().get(leader);
        double news = tracks.get(leader).quantile(said.predicted(), Double.POSITIVE_INFINITY, UNHEARD_OF);
        if (rates.latest() > news) {
            return Optional.of(new Forecast(Math.max(rates.latest(), said.quantile()), "a leap"));
        }
        if (rates.burst() > said.quantile()) {
            return Optional.of(new Forecast(rates.burst(), "more than foreseen"));
        }
        return Optional.of(new Forecast(said.quantile(), PREDICTORS.get(leader).toString()));
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Forecaster forecaster
                && at.equals(forecaster.at)
                && history.equals(forecaster.history)
                && pending.equals(forecaster.pending)
                && tracks.equals(forecaster.tracks);
    }

    @Override
    public int hashCode() {
        return Objects.hash(at, history, pending, tracks);
    }

    private List<Track> learnt(double came, double probability, Instant now) {
        double keep = Math.pow(0.5, (double) Duration.between(at, now).toNanos() / HALF_LIFE.toNanos());
        List<Track> learnt = new ArrayList<>(tracks);
        for (Pending said : pending) {
            if (!said.due().isAfter(now)) {
                for (int i = 0; i < learnt.size(); i++) {
                    learnt.set(i, learnt.get(i).learnt(said.said().get(i), came, probability, keep));
                }
            }
        }
        return List.copyOf(learnt);
    }

    private static List<Track> fresh() {
        List<Track> fresh = new ArrayList<>();
        for (int i = 0; i < PREDICTORS.size(); i++) {
            fresh.add(Track.NONE);
        }
        return List.copyOf(fresh);
    }
}

package dev.kilter.autoscaler.forecast;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * Learns online how wrong each predictor is at a horizon and for how long what it asks for is worth keeping, and
 * forecasts by what would have cost least so far. It needs no model of the load, and little state: an hour of highest
 * rates, what was said of times to come, a histogram of errors for each predictor. Immutable: {@link #seen} gives the
 * next.
 */
public final class Forecaster {

    /** In the order of what is kept of each. */
    private static final List<Predictor> PREDICTORS = List.of(Predictor.values());

    /** Nothing was seen yet. */
    public static final Forecaster NEW =
            new Forecaster(Instant.MIN, History.NONE, List.of(), fresh(), Experts.of(PREDICTORS.size()));

    /** After no sample for so long, what was said before it is not held against anybody. */
    private static final Duration GAP = Duration.ofSeconds(30);

    /** Errors count half after so long. */
    private static final Duration HALF_LIFE = Duration.ofMinutes(8);

    /** Nobody waits longer for what was said. */
    private static final Duration FARTHEST = Duration.ofMinutes(10);

    /** So many rises beyond all that was seen end at once; who wants to be surer goes along with them. */
    private static final double RISES_THAT_END = 0.9;

    /** What an hour has shown is not exceeded with that probability: one start in a hundred or so that it holds. */
    private static final double HOUR_TELLS = 0.99;

    /** A leap to so many times the highest is rarer by that power of it: the tail index of a Pareto distribution. */
    private static final double LEAPS = 4;

    /** After a leap the shorter is soon level again, in the noise of arrivals the longer stays it. */
    private static final List<Duration> RISES = List.of(Duration.ofSeconds(12), Duration.ofSeconds(24));

    /** What is rarer than that is no error but news: the load is another one. */
    private static final double UNHEARD_OF = 0.999;

    private final Instant at;
    private final History history;
    private final List<Pending> pending;
    private final List<Track> tracks;
    private final Experts experts;

    private Forecaster(Instant at, History history, List<Pending> pending, List<Track> tracks, Experts experts) {
        this.at = at;
        this.history = history;
        this.pending = pending;
        this.tracks = tracks;
        this.experts = experts;
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
        if (gap) {
            return new Forecaster(Instant.MIN, history.afterGap(), List.of(), tracks, experts.afterGap())
                    .seen(rates, ahead, probability, now);
        }
        boolean first = at.equals(Instant.MIN);
        Duration passed = first ? Duration.ZERO : Duration.between(at, now);
        History seen = history.with(rates, now);
        List<Track> learnt = learnt(rates.latest(), passed, now);
        Duration horizon = ahead.compareTo(FARTHEST) < 0 ? ahead : FARTHEST;
        List<Pending.Said> said = said(seen, learnt, horizon, probability);
        Experts asking = experts.with(said, now);
        List<Double> asked = asking.asked(horizon);
        Experts paid = first ? asking : asking.paid(asked, pending, rates.latest(), probability, passed);
        List<Pending> open = new ArrayList<>();
        for (Pending one : pending) {
            if (one.due().isAfter(now)) {
                open.add(one);
            }
        }
        open.add(new Pending(now.plus(horizon), said, asked));
        return new Forecaster(now, seen, List.copyOf(open), learnt, paid);
    }

    /** The forecast as of the last {@link #seen}; empty: nothing was seen yet. */
    public Optional<Forecast> forecast(double probability) {
        if (pending.isEmpty()) {
            return Optional.empty();
        }
        int best = experts.best();
        int leader = Experts.predictor(best);
        Pending last = pending.getLast();
        double asked = last.asked().get(best);
        double predicted = last.said().get(leader).predicted();
        double news = tracks.get(leader).quantile(predicted, Double.POSITIVE_INFINITY, UNHEARD_OF);
        Rates rates = history.now();
        double reserve = reserve(probability);
        double rise = rise(probability);
        if (reserve > Math.max(asked, Math.max(rise, rates.burst()))) {
            return Optional.of(new Forecast(reserve, "room for a leap beyond the last hour"));
        }
        if (rise > Math.max(asked, rates.burst())) {
            return Optional.of(new Forecast(rise, "a rise beyond the last hour"));
        }
        if (rates.latest() > Math.max(news, asked)) {
            return Optional.of(new Forecast(rates.latest(), "a leap"));
        }
        if (rates.burst() > asked) {
            return Optional.of(new Forecast(rates.burst(), "more than foreseen"));
        }
        long seconds = Experts.hold(best).toSeconds();
        String kept = seconds > 0 ? " of the last " + seconds + " s" : "";
        return Optional.of(new Forecast(asked, PREDICTORS.get(leader) + kept));
    }

    /** What is not exceeded with that probability, as the predictor that leads now has it; 0: nothing was seen yet. */
    public double quantile(double probability) {
        if (pending.isEmpty()) {
            return 0;
        }
        int leader = Experts.predictor(experts.best());
        double predicted = pending.getLast().said().get(leader).predicted();
        double quantile = tracks.get(leader).quantile(predicted, history.highest(), probability);
        return Math.max(Math.max(rise(probability), reserve(probability)), quantile);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Forecaster forecaster
                && at.equals(forecaster.at)
                && history.equals(forecaster.history)
                && pending.equals(forecaster.pending)
                && tracks.equals(forecaster.tracks)
                && experts.equals(forecaster.experts);
    }

    @Override
    public int hashCode() {
        return Objects.hash(at, history, pending, tracks, experts);
    }

    /** What no predictor can know of, for who wants to be surer than an hour can tell; 0 for all others. */
    private double reserve(double probability) {
        double rarer = (1 - HOUR_TELLS) / (1 - probability);
        return rarer > 1 ? history.highest() * Math.pow(rarer, 1 / LEAPS) : 0;
    }

    /** Nothing that was seen tells where it ends: it goes on as the lower of its lines; 0: there is none. */
    private double rise(double probability) {
        if (probability <= RISES_THAT_END || !history.rises()) {
            return 0;
        }
        Duration ahead = Duration.between(at, pending.getLast().due());
        return RISES.stream()
                .mapToDouble(length -> Line.ahead(history.recent(), length, ahead))
                .min()
                .orElseThrow();
    }

    private static List<Pending.Said> said(History seen, List<Track> learnt, Duration horizon, double probability) {
        double highest = seen.highest();
        List<Pending.Said> said = new ArrayList<>();
        for (int i = 0; i < PREDICTORS.size(); i++) {
            double predicted = PREDICTORS.get(i).predict(seen, horizon, probability);
            said.add(new Pending.Said(predicted, learnt.get(i).quantile(predicted, highest, probability)));
        }
        return List.copyOf(said);
    }

    private List<Track> learnt(double came, Duration passed, Instant now) {
        double keep = Math.pow(0.5, (double) passed.toNanos() / HALF_LIFE.toNanos());
        List<Track> learnt = new ArrayList<>(tracks);
        for (Pending said : pending) {
            if (!said.due().isAfter(now)) {
                for (int i = 0; i < learnt.size(); i++) {
                    learnt.set(i, learnt.get(i).learnt(said.said().get(i).predicted(), came, keep));
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

package dev.kilter.autoscaler.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Looks every two seconds, 32 s ahead. */
class ForecasterTest {
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final Duration AHEAD = Duration.ofSeconds(32);
    private static final double SURE = 0.99;

    @Test
    void nothingSeenForecastsNothing() {
        assertThat(Forecaster.NEW.forecast(SURE)).isEmpty();
    }

    @Test
    void aLevelIsForecastHardlyHigherThanItIs() {
        Random random = new Random(1);
        Forecaster seen = watched(Forecaster.NEW, 0, 1800, second -> 200 + 7 * random.nextGaussian());
        assertThat(forecast(seen)).isBetween(205.0, 235.0);
    }

    @Test
    void aRampIsForecastAhead() {
        Forecaster seen = watched(Forecaster.NEW, 0, 900, second -> 100);
        seen = watched(seen, 900, 1200, second -> 100 + (second - 900));
        assertThat(forecast(seen)).isBetween(425.0, 560.0);
    }

    @Test
    void aLeapIsFollowedAtOnce() {
        Forecaster seen = watched(Forecaster.NEW, 0, 900, second -> 100);
        assertThat(forecast(watched(seen, 900, 904, second -> 500))).isGreaterThanOrEqualTo(500);
    }

    @Test
    void aRiseBeyondAllOfTheLastHourGoesOnForWhoWantsToBeSure() {
        // 5/s more each second, since half a minute.
        IntToDoubleFunction rate = second -> 100 + 5 * Math.max(0, second - 900);
        Forecaster.Forecast sure =
                watched(Forecaster.NEW, 0, 930, rate).forecast(SURE).orElseThrow();
        assertThat(sure.perSecond()).isBetween(350.0, 550.0);
        assertThat(sure.reason()).contains("rise");
        Forecaster easy = Forecaster.NEW;
        for (int second = 2; second <= 930; second += 2) {
            easy = easy.seen(rates(rate.applyAsDouble(second)), AHEAD, 0.5, START.plusSeconds(second));
        }
        assertThat(easy.forecast(0.5).orElseThrow().perSecond()).isLessThan(300);
    }

    @Test
    void whoWantsToBeSurerThanAnHourCanTellHasRoomForALeapBeyondIt() {
        Forecaster seen = watched(Forecaster.NEW, 0, 1800, second -> second < 600 ? 200 : 100);
        Forecaster.Forecast forecast = seen.forecast(0.998).orElseThrow();
        assertThat(forecast.perSecond()).isCloseTo(200 * Math.pow(5, 0.25), within(1e-6));
        assertThat(forecast.reason()).contains("leap beyond the last hour");
        assertThat(seen.quantile(0.998)).isGreaterThanOrEqualTo(forecast.perSecond());
        assertThat(forecast(seen)).isLessThanOrEqualTo(200);
    }

    @Test
    void aLeapBeyondAllOfTheLastHourIsSoonNoRiseAnyMore() {
        Forecaster seen = watched(Forecaster.NEW, 0, 916, second -> second > 900 ? 500 : 100);
        assertThat(seen.forecast(SURE).orElseThrow().reason()).doesNotContain("rise");
    }

    @Test
    void whatRisesInTheFirstMinuteIsNoRiseBeyondAnything() {
        Forecaster seen = watched(Forecaster.NEW, 0, 40, second -> 100 + 5 * second);
        assertThat(seen.forecast(SURE).orElseThrow().reason()).doesNotContain("rise");
    }

    @Test
    void aRiseToWhereTheHourWasBeforeIsNotDrawnOut() {
        IntToDoubleFunction rate = second -> second < 600 ? 500 : 100 + 5 * Math.max(0, second - 900);
        assertThat(forecast(watched(Forecaster.NEW, 0, 930, rate))).isLessThanOrEqualTo(501);
    }

    @Test
    void whatComesAgainAndAgainIsReckonedWithBySomebodyWhoWantsToBeSure() {
        // A minute in six at fourfold.
        Forecaster sure = watched(Forecaster.NEW, 0, 3600, second -> second % 360 < 60 ? 400 : 100);
        assertThat(forecast(sure)).isGreaterThan(350);
        Forecaster easy = Forecaster.NEW;
        for (int second = 0; second <= 3600; second += 2) {
            easy = easy.seen(rates(second % 360 < 60 ? 400 : 100), AHEAD, 0.5, START.plusSeconds(second + 60));
        }
        assertThat(easy.forecast(0.5).orElseThrow().perSecond()).isGreaterThan(0);
        Forecaster between = easy;
        for (int second = 3602; second <= 3760; second += 2) {
            between = between.seen(rates(100), AHEAD, 0.5, START.plusSeconds(second + 60));
        }
        assertThat(between.forecast(0.5).orElseThrow().perSecond()).isLessThan(150);
    }

    @Test
    void aPeakIsKeptForAsLongAsItsReturnWasWorthWaitingFor() {
        // 40 s at fourfold; at nine to one, what is missing while a start lasts pays for keeping it some minutes.
        double soon = threeQuartersAfterThePeak(100);
        double late = threeQuartersAfterThePeak(1800);
        assertThat(soon).isGreaterThan(350);
        assertThat(late).isLessThan(200);
    }

    private static double threeQuartersAfterThePeak(int period) {
        Forecaster seen = Forecaster.NEW;
        for (int second = 0; second <= 4 * 3600 + period * 3 / 4; second += 2) {
            double rate = second % period < 40 ? 400 : 100;
            seen = seen.seen(rates(rate), AHEAD, 0.9, START.plusSeconds(second));
        }
        return seen.forecast(0.9).orElseThrow().perSecond();
    }

    @RepeatedTest(5)
    void forecastsHoldAboutAsOftenAsWasAskedFor(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        double[] rate = new double[3000];
        double drift = 0;
        for (int i = 0; i < rate.length; i++) {
            drift = 0.99 * drift + 0.03 * random.nextGaussian();
            rate[i] = 300 * Math.exp(drift + 0.03 * random.nextGaussian());
        }
        Forecaster seen = Forecaster.NEW;
        int held = 0;
        int asked = 0;
        for (int i = 0; i + 16 < rate.length; i++) {
            seen = seen.seen(rates(rate[i]), AHEAD, 0.9, START.plusSeconds(2L * i));
            if (i > 600) {
                asked++;
                held += seen.forecast(0.9).orElseThrow().perSecond() >= rate[i + 16] ? 1 : 0;
            }
        }
        assertThat((double) held / asked).isBetween(0.84, 0.99);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, -1})
    void ratesThatMakeNoSenseChangeNothing(double rate) {
        Forecaster seen = watched(Forecaster.NEW, 0, 300, second -> 100);
        assertThat(seen.seen(rates(rate), AHEAD, SURE, START.plusSeconds(302))).isSameAs(seen);
    }

    @Test
    void aClockThatStandsStillOrGoesBackChangesNothing() {
        Forecaster seen = watched(Forecaster.NEW, 0, 300, second -> 100);
        assertThat(seen.seen(rates(900), AHEAD, SURE, START.plusSeconds(300))).isSameAs(seen);
        assertThat(seen.seen(rates(900), AHEAD, SURE, START.minusSeconds(3600))).isSameAs(seen);
    }

    @Test
    void afterAGapNothingIsHeldAgainstWhatWasSaidBeforeIt() {
        Forecaster seen = watched(Forecaster.NEW, 0, 1200, second -> 100);
        double before = forecast(seen);
        // An hour away, and everything is five times as high.
        Forecaster after = watched(seen, 4800, 4802, second -> 500);
        assertThat(forecast(after)).isBetween(500.0, 500 * 1.05 * before / 100);
    }

    @Test
    void oneMillionfoldReportIsForgottenWhenItsWindowIsOver() {
        Forecaster seen = watched(Forecaster.NEW, 0, 1800, second -> 100);
        seen = watched(seen, 1800, 1802, second -> 1e8);
        seen = watched(seen, 1802, 1802 + 3600, second -> 100);
        assertThat(forecast(seen)).isLessThan(200);
    }

    @Test
    void noLoadAtAllIsForecastAsNone() {
        assertThat(forecast(watched(Forecaster.NEW, 0, 1800, second -> 0))).isLessThan(0.1);
    }

    @RepeatedTest(10)
    void forecastsAreNumbersWhateverComes(RepetitionInfo info) {
        Random random = new Random(info.getCurrentRepetition());
        Forecaster seen = Forecaster.NEW;
        Instant now = START;
        for (int i = 0; i < 2000; i++) {
            now = now.plusMillis(random.nextInt(100) == 0 ? 120_000 : random.nextInt(4000) - 500);
            double rate = random.nextInt(50) == 0 ? Double.NaN : Math.exp(40 * random.nextDouble() - 20);
            seen = seen.seen(
                    new Rates(rate, rate, random.nextDouble()), Duration.ofSeconds(random.nextInt(900)), SURE, now);
            seen.forecast(SURE)
                    .ifPresent(forecast ->
                            assertThat(forecast.perSecond()).isNotNegative().isFinite());
        }
    }

    private static Forecaster watched(Forecaster from, int fromSecond, int toSecond, IntToDoubleFunction rate) {
        Forecaster seen = from;
        for (int second = fromSecond + 2; second <= toSecond; second += 2) {
            seen = seen.seen(rates(Math.max(0, rate.applyAsDouble(second))), AHEAD, SURE, START.plusSeconds(second));
        }
        return seen;
    }

    private static Rates rates(double rate) {
        return new Rates(rate, rate, rate);
    }

    private static double forecast(Forecaster seen) {
        return seen.forecast(SURE).orElseThrow().perSecond();
    }
}

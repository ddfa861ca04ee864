package dev.kilter.autoscaler.forecast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ErrorsTest {

    @Test
    void quantilesAreThoseOfWhatWasSeen() {
        Random random = new Random(1);
        Errors errors = Errors.supposed();
        for (int i = 0; i < 5000; i++) {
            errors = errors.with(0.1 * random.nextGaussian() + 0.05, 1);
        }
        assertThat(errors.quantile(0.5)).isCloseTo(0.05, within(0.01));
        assertThat(errors.quantile(0.9)).isCloseTo(0.05 + 0.128, within(0.015));
        assertThat(errors.quantile(0.99)).isCloseTo(0.05 + 0.233, within(0.03));
    }

    @Test
    void quantilesRiseWithTheProbability() {
        Errors errors = Errors.supposed().with(0.5, 1).with(-0.2, 1).with(3, 1);
        double before = -Errors.WIDEST - 1;
        for (double probability = 0; probability <= 1; probability += 0.01) {
            assertThat(errors.quantile(probability)).isGreaterThanOrEqualTo(before);
            before = errors.quantile(probability);
        }
    }

    @Test
    void whatIsOldFades() {
        Errors errors = Errors.supposed();
        for (int i = 0; i < 100; i++) {
            errors = errors.with(1, 0.99);
        }
        for (int i = 0; i < 1000; i++) {
            errors = errors.with(0, 0.99);
        }
        assertThat(errors.quantile(0.99)).isLessThan(0.03);
    }

    @Test
    void whatIsBeyondAllBoundsCountsAsTheWidest() {
        Errors errors = Errors.supposed().with(1e9, 0).with(-1e9, 1);
        assertThat(errors.quantile(0.99)).isCloseTo(Errors.WIDEST, within(0.03));
        assertThat(errors.quantile(0.01)).isCloseTo(-Errors.WIDEST, within(0.03));
    }
}

package dev.kilter.autoscaler;

import java.time.Duration;
import java.time.Instant;

/**
 * Time that never runs backwards: when the wall clock is set back, this goes on from where it was, at the same pace.
 */
final class SteadyTime {

    private Instant last = Instant.MIN;
    private Duration lead = Duration.ZERO;

    Instant at(Instant wall) {
        Instant steady = wall.plus(lead);
        if (steady.isBefore(last)) {
            lead = lead.plus(Duration.between(steady, last));
            steady = last;
        }
        last = steady;
        return steady;
    }
}

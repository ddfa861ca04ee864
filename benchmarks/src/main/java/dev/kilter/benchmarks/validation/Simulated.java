package dev.kilter.benchmarks.validation;

import dev.kilter.core.ServiceCurve;
import dev.kilter.planner.simulation.Delay;
import dev.kilter.planner.simulation.Experiment;
import dev.kilter.planner.simulation.FleetSimulation;
import dev.kilter.planner.simulation.Outcome;
import dev.kilter.planner.simulation.PoolSpec;
import dev.kilter.planner.simulation.ReplicaRule;
import dev.kilter.planner.simulation.arrivals.Trace;
import dev.kilter.planner.simulation.control.Controller;
import dev.kilter.planner.simulation.control.Desired;
import dev.kilter.planner.simulation.control.Seen;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The same in virtual time. */
final class Simulated {
    private final Configuration configuration;
    private final Map<String, ServiceCurve> curves;
    private final Duration overhead;

    /**
     * @param curves by variant
     * @param overhead what gateway and network add to an answer
     */
    Simulated(Configuration configuration, Map<String, ServiceCurve> curves, Duration overhead) {
        this.configuration = configuration;
        this.curves = curves;
        this.overhead = overhead;
    }

    Observed replay(long[] arrivals, Duration length, Duration warmUp, long seed) {
        PoolSpec pool = new PoolSpec(
                "pool",
                curves,
                configuration.point(),
                1,
                configuration.replicas(),
                Delay.fixed(Duration.ZERO),
                1,
                1,
                Optional.empty(),
                ReplicaRule.PRODUCTION);
        Experiment experiment = new Experiment(
                new Trace(arrivals),
                configuration.objective(),
                overhead,
                List.of(pool),
                List.of(),
                length,
                warmUp,
                seed);
        Outcome.Totals totals =
                FleetSimulation.run(experiment, new Switch(length.dividedBy(2))).totals();
        Outcome.Requests requests = totals.requests();
        return new Observed(
                requests.offered(),
                requests.answered(),
                requests.inTime(),
                requests.refused(),
                requests.failed(),
                totals.p50Seconds().orElse(0),
                totals.p99Seconds().orElse(0),
                0,
                0);
    }

    /** Changes the operating point once, in the middle. */
    private final class Switch implements Controller {
        private final Duration middle;

        Switch(Duration middle) {
            this.middle = middle;
        }

        @Override
        public Duration period() {
            return middle;
        }

        @Override
        public Duration scrapeEvery() {
            return middle;
        }

        @Override
        public List<Desired> decide(Seen seen) {
            return List.of(new Desired(
                    configuration.replicas(), configuration.later().orElse(configuration.point()), "the middle"));
        }
    }
}

package dev.kilter.core.scaling;

import java.util.List;

/** What arrives at the gateways for one InferenceDeployment. */
public sealed interface Demand {

    /**
     * Measured at the gateways.
     *
     * @param latestPerSecond offered requests a second over the last few seconds
     * @param burstPerSecond offered requests a second over a short window
     * @param steadyPerSecond offered requests a second over a longer window
     * @param recent what became of the requests of the short window
     * @param lesserLeft how many requests lesser variants may still answer instead of nobody, less those that were
     *     missed over the SLO's window in spite of that; 0: none
     * @param partial whether some gateway did not report, so that the rates are lower bounds
     * @param notes what was odd about the reports, a sentence each
     */
    record Measured(
            double latestPerSecond,
            double burstPerSecond,
            double steadyPerSecond,
            Outcomes recent,
            double lesserLeft,
            boolean partial,
            List<String> notes)
            implements Demand {
        public Measured {
            if (!(latestPerSecond >= 0) || !(burstPerSecond >= 0) || !(steadyPerSecond >= 0)) {
                throw new IllegalArgumentException("rate: " + latestPerSecond + ", " + burstPerSecond + ", "
                        + steadyPerSecond + " /s (expected: >= 0)");
            }
            notes = List.copyOf(notes);
        }

        /** What arrives now, cautiously: the higher of the two longer windows. */
        public double perSecond() {
            return Math.max(burstPerSecond, steadyPerSecond);
        }
    }

    /**
     * Not known now.
     *
     * @param reason why, a sentence
     */
    record Unavailable(String reason) implements Demand {}

    /**
     * Requests by what became of them.
     *
     * @param offered that arrived
     * @param answered answered well
     * @param refused refused by a gateway or a pod
     * @param failed failed, not by the client's fault
     * @param withinSlo answered well within the objective
     */
    record Outcomes(double offered, double answered, double refused, double failed, double withinSlo) {

        /** None seen. */
        public static final Outcomes NONE = new Outcomes(0, 0, 0, 0, 0);
    }
}

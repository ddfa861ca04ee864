package dev.kilter.e2e.hpa;

import java.util.OptionalDouble;

/**
 * A pod whose kubelet is played, as an observer of the API sees it; times are seconds since the beginning.
 *
 * @param id the how manieth of its Deployment
 * @param started when it began to run; negative: it is pending
 * @param ready when it became ready; negative: it is not
 * @param sampled when it was sampled last
 * @param value what was sampled then; empty: its sample is missing
 */
record PlayedPod(int id, double created, double started, double ready, double sampled, OptionalDouble value) {

    static PlayedPod created(int id, double at) {
        return new PlayedPod(id, at, -1, -1, -1, OptionalDouble.empty());
    }

    PlayedPod running(double at) {
        return new PlayedPod(id, created, at, ready, sampled, value);
    }

    PlayedPod serving(double at) {
        return new PlayedPod(id, created, started, at, sampled, value);
    }

    PlayedPod sample(double at, OptionalDouble newest) {
        return new PlayedPod(id, created, started, ready, at, newest);
    }

    boolean isReady() {
        return ready >= 0;
    }

    String line() {
        String phase = isReady() ? "READY" : started >= 0 ? "STARTING" : "PENDING";
        return "%d %s %.0f %.0f %.0f %s"
                .formatted(
                        id,
                        phase,
                        started,
                        ready,
                        sampled,
                        value.isPresent() ? "%.3f".formatted(value.getAsDouble()) : "-");
    }
}

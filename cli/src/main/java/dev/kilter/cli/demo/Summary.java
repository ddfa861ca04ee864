package dev.kilter.cli.demo;

import dev.kilter.cli.load.LoadSample;
import dev.kilter.cli.view.PlainLine;
import dev.kilter.cli.view.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the demo says at its end, in lines. Pure. */
final class Summary {

    private Summary() {}

    /** @param pricePerReplicaHour empty: the class has no price */
    static List<String> of(
            Snapshot last, LoadSample load, ReplicaCount replicas, Optional<Double> pricePerReplicaHour) {
        List<String> lines = new ArrayList<>();
        lines.add(String.format(
                Locale.ROOT,
                "requests   %,d offered in %d s: %,d answered, %,d refused, %,d failed",
                load.scheduled(),
                last.elapsed().toSeconds(),
                load.answered(),
                load.refused(),
                load.broken()));
        lines.add(String.format(
                Locale.ROOT,
                "latency    p50 %.1f ms, p99 %.1f ms, worst %.0f ms, from the time each request was due",
                load.total().p50Millis(),
                load.total().p99Millis(),
                load.total().maxMillis()));
        lines.add(String.format(
                Locale.ROOT,
                "objective  p99 %.0f ms: %.2f%% of the requests were answered within it",
                last.traffic().sloMillis(),
                load.attainment() * 100));
        int most = last.replicas().max();
        lines.add(String.format(
                Locale.ROOT,
                "replicas   %d to %d, %.2f on average; always %d would be %.0f%% more",
                replicas.least(),
                replicas.most(),
                replicas.mean(),
                most,
                replicas.mean() > 0 ? Math.max(0, most / replicas.mean() - 1) * 100 : 0));
        lines.add(pricePerReplicaHour
                .map(price -> String.format(
                        Locale.ROOT,
                        "cost       %.3f an hour on average; always %d: %.3f",
                        price * replicas.mean(),
                        most,
                        price * most))
                .orElse("cost       this machine has no price; on a cluster the class's cost.perReplicaHour counts"));
        if (load.late() > 0) {
            lines.add(String.format(
                    Locale.ROOT,
                    "load       %,d requests (%.1f%%) left the generator more than 5 ms late, at worst %.0f ms: it"
                            + " shares this machine, and the delay counts as latency",
                    load.late(),
                    100.0 * load.late() / load.scheduled(),
                    load.latestMillis()));
        }
        lines.add("decisions");
        last.decisions().forEach(decision -> lines.add("  " + PlainLine.render(decision)));
        return lines;
    }
}

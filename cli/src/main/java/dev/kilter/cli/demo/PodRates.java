package dev.kilter.cli.demo;

import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.Reading;
import dev.kilter.cli.view.Snapshot.BatchShare;
import dev.kilter.protocol.RuntimeLoad;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Rates and batch sizes of pods, from what their counters gained between reports. For one thread. */
final class PodRates {

    /** @param meanBatch items in a batch; 0: none ran */
    record Rate(double perSecond, double meanBatch) {
        static final Rate NONE = new Rate(0, 0);
    }

    private record Report(long atMillis, RuntimeLoad.Model model) {}

    private final Map<String, Report> latest = new HashMap<>();
    private final Map<String, Rate> rates = new HashMap<>();
    private final Map<Integer, Long> batches = new TreeMap<>();

    /** Takes the last round of reports in; the same round twice changes nothing. */
    void observe(LoadSnapshot loads) {
        for (LoadSnapshot.Pod pod : loads.pods()) {
            if (pod.reading() instanceof Reading.Report<RuntimeLoad>(RuntimeLoad load)
                    && !load.models().isEmpty()) {
                observe(pod.name(), new Report(load.atMillis(), load.models().getFirst()));
            }
        }
    }

    private void observe(String pod, Report now) {
        Report before = latest.put(pod, now);
        if (before == null || now.atMillis() <= before.atMillis()) {
            return;
        }
        double seconds = (now.atMillis() - before.atMillis()) / 1e3;
        long ran = now.model().batches() - before.model().batches();
        long items = now.model().items() - before.model().items();
        long answered = now.model().answered() - before.model().answered();
        rates.put(pod, new Rate(Math.max(0, answered) / seconds, ran > 0 ? (double) items / ran : 0));
        Map<Integer, Long> earlier = samples(before.model());
        samples(now.model())
                .forEach((size, count) -> batches.merge(size, count - earlier.getOrDefault(size, 0L), Long::sum));
    }

    private static Map<Integer, Long> samples(RuntimeLoad.Model model) {
        Map<Integer, Long> samples = new HashMap<>();
        model.curve().forEach(point -> samples.put(point.batchSize(), point.samples()));
        return samples;
    }

    Rate of(String pod) {
        return rates.getOrDefault(pod, Rate.NONE);
    }

    /** How the batches so far spread over sizes, in ranges that double. */
    List<BatchShare> batches() {
        Map<Integer, Long> ranges = new TreeMap<>();
        batches.forEach((size, count) -> ranges.merge(32 - Integer.numberOfLeadingZeros(size - 1), count, Long::sum));
        double all = ranges.values().stream().mapToLong(count -> count).sum();
        List<BatchShare> shares = new ArrayList<>();
        ranges.forEach((log, count) -> {
            if (count > 0) {
                int from = (1 << log >> 1) + 1;
                int to = 1 << log;
                shares.add(new BatchShare(from >= to ? Integer.toString(to) : from + "-" + to, count / all));
            }
        });
        return shares;
    }
}

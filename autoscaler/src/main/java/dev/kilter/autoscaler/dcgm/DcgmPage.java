package dev.kilter.autoscaler.dcgm;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What one page of a DCGM exporter tells of the GPUs that pods hold. A page may hold any nonsense: what cannot be used
 * is a {@link Problem}, never a number.
 */
public final class DcgmPage {

    private final List<Device> devices;
    private final Optional<Problem> problem;

    private DcgmPage(List<Device> devices, Optional<Problem> problem) {
        this.devices = List.copyOf(devices);
        this.problem = problem;
    }

    /** Of GPUs that pods hold; others are nobody's business. */
    List<Device> devices() {
        return devices;
    }

    /** What is wrong with the page; empty: nothing. */
    public Optional<Problem> problem() {
        return problem;
    }

    /** @param text in the Prometheus text format */
    public static DcgmPage read(String text) {
        return new Reader().read(text);
    }

    /** A page under way. */
    private static final class Reader {
        private final Map<Device.Id, Map<Device.Holder, Draft>> drafts = new LinkedHashMap<>();
        private boolean tellsOfGpus;
        private Optional<Problem> unreadable = Optional.empty();

        DcgmPage read(String text) {
            String[] lines = text.split("\n", -1);
            // The format ends with a line's end; what comes after the last one was cut, and may be half a number.
            for (int i = 0; i < lines.length; i++) {
                boolean cut = i == lines.length - 1 && !lines[i].isBlank();
                line(i + 1, lines[i].strip(), cut);
            }
            List<Device> devices = new ArrayList<>();
            drafts.forEach((id, holders) ->
                    holders.forEach((holder, draft) -> devices.add(draft.device(id, holder, unreadable))));
            return new DcgmPage(devices, unreadable.or(() -> tellsOfGpus ? Optional.empty() : noGpus()));
        }

        private void line(int number, String line, boolean cut) {
            Optional<Metric> metric = Metric.of(line.split("[{\\s]", 2)[0]);
            if (metric.isEmpty()) {
                return;
            }
            try {
                if (cut) {
                    throw new Sample.Malformed("a line's end", line.length());
                }
                take(metric.get(), Sample.parse(line));
            } catch (Sample.Malformed e) {
                if (unreadable.isEmpty()) {
                    unreadable = Optional.of(new Problem.Unreadable(number, e.getMessage()));
                }
            }
        }

        private void take(Metric metric, Sample sample) {
            Map<String, String> labels = sample.labels();
            Device.Id id = new Device.Id(
                    label(labels, "UUID", "uuid"),
                    label(labels, "gpu"),
                    label(labels, "GPU_I_ID"),
                    label(labels, "GPU_I_PROFILE"),
                    label(labels, "vgpu"));
            tellsOfGpus |= !id.uuid().isEmpty();
            // Of a page that came through Prometheus pod and namespace are the exporter's own.
            Device.Holder holder = new Device.Holder(
                    label(labels, "exported_namespace", "namespace", "pod_namespace"),
                    label(labels, "exported_pod", "pod", "pod_name"));
            if (!id.uuid().isEmpty()
                    && !holder.pod().isEmpty()
                    && !holder.namespace().isEmpty()) {
                drafts.computeIfAbsent(id, known -> new LinkedHashMap<>())
                        .computeIfAbsent(holder, known -> new Draft())
                        .take(metric, sample);
            }
        }

        private static String label(Map<String, String> labels, String... names) {
            for (String name : names) {
                String value = labels.getOrDefault(name, "");
                if (!value.isEmpty()) {
                    return value;
                }
            }
            return "";
        }

        private static Optional<Problem> noGpus() {
            return Optional.of(new Problem.NoGpus());
        }
    }

    /** A device under way. */
    private static final class Draft {
        private final Map<Metric, Value> values = new EnumMap<>(Metric.class);
        private final Map<Metric, String> texts = new EnumMap<>(Metric.class);
        private String xidText = "";
        private OptionalLong atMillis = OptionalLong.empty();

        void take(Metric metric, Sample sample) {
            String before = texts.putIfAbsent(metric, sample.value());
            if (before != null && !before.equals(sample.value())) {
                values.put(
                        metric, new Value.Unusable(new Problem.Contradictory(metric.field(), before, sample.value())));
                return;
            }
            metric.read(sample.value()).ifPresent(value -> values.putIfAbsent(metric, value));
            if (metric == Metric.XID) {
                xidText = sample.labels().getOrDefault("err_msg", "");
            }
            if (sample.atMillis().isPresent()) {
                long at = sample.atMillis().getAsLong();
                atMillis = OptionalLong.of(Math.min(atMillis.orElse(at), at));
            }
        }

        Device device(Device.Id id, Device.Holder holder, Optional<Problem> lost) {
            return new Device(id, holder, values, xidText, atMillis, lost);
        }
    }
}

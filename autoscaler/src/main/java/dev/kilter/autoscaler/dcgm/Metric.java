package dev.kilter.autoscaler.dcgm;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The fields of DCGM that are read, and what they may be. */
enum Metric {
    /** In percent, and read as a share. */
    UTILIZATION("DCGM_FI_DEV_GPU_UTIL", 0, 100),
    ACTIVE("DCGM_FI_PROF_GR_ENGINE_ACTIVE", 0, 1),
    /** MiB; nothing has 16 TiB yet. */
    MEMORY_USED("DCGM_FI_DEV_FB_USED", 0, 1 << 24),
    MEMORY_FREE("DCGM_FI_DEV_FB_FREE", 0, 1 << 24),
    /** The code of the last error; it stays until the exporter starts anew. */
    XID("DCGM_FI_DEV_XID_ERRORS", 0, 9_999),
    /** Rises as long as the GPU has power, and somebody looks. */
    ENERGY("DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", 0, Long.MAX_VALUE),
    /** Time that the GPU was slowed down for. */
    THERMAL_VIOLATION("DCGM_FI_DEV_THERMAL_VIOLATION", 0, Long.MAX_VALUE),
    ROW_REMAP_FAILURE("DCGM_FI_DEV_ROW_REMAP_FAILURE", 0, 1);

    private static final Map<String, Metric> BY_FIELD =
            Arrays.stream(values()).collect(Collectors.toMap(metric -> metric.field, Function.identity()));

    /** DCGM's values that say why there is none, not found, not supported, not permitted, begin with these. */
    private static final double BLANK_INT64 = 0x7fff_ffff_ffff_fff0L;

    private static final double BLANK_FP64 = 140_737_488_355_328.0;
    private static final int BLANKS = 4;

    private final String field;
    private final double least;
    private final double most;

    Metric(String field, double least, double most) {
        this.field = field;
        this.least = least;
        this.most = most;
    }

    /** Empty: a field that is not read. */
    static Optional<Metric> of(String field) {
        return Optional.ofNullable(BY_FIELD.get(field));
    }

    String field() {
        return field;
    }

    /** Empty: DCGM says that it has none. */
    Optional<Value> read(String text) {
        double value;
        try {
            value = Double.parseDouble(text);
        } catch (NumberFormatException e) {
            return Optional.of(new Value.Unusable(new Problem.Implausible(field, shortened(text), "a number")));
        }
        // As a double all of the whole ones are the same.
        if (value == BLANK_INT64 || (value >= BLANK_FP64 && value < BLANK_FP64 + BLANKS)) {
            return Optional.empty();
        }
        double read = this == UTILIZATION ? value / 100 : value;
        return Optional.of(value >= least && value <= most ? new Value.Known(read) : implausible(text));
    }

    private Value implausible(String text) {
        return new Value.Unusable(
                new Problem.Implausible(field, shortened(text), "%.0f to %.0f".formatted(least, most)));
    }

    private static String shortened(String text) {
        return text.length() <= 40 ? text : text.substring(0, 39) + "…";
    }
}

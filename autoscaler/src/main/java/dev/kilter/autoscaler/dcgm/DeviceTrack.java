package dev.kilter.autoscaler.dcgm;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;

/**
 * What a device told before, as far as it matters now. Immutable.
 *
 * @param xid the last error's code
 * @param xidAt when it was seen to change; empty: it stood when the device was first seen
 * @param energy counter
 * @param energyAt when it was last seen to rise
 * @param thermal counter of time that the device was slowed down for
 * @param thermalAt when it was last seen to rise; empty: never
 */
record DeviceTrack(
        double xid,
        Optional<Instant> xidAt,
        OptionalDouble energy,
        Instant energyAt,
        OptionalDouble thermal,
        Optional<Instant> thermalAt) {

    /** Errors that NVIDIA's device plugin takes for the application's: the GPU is as good as before. */
    private static final Set<Integer> OF_APPLICATIONS = Set.of(13, 31, 43, 45, 68, 109);

    /** The code stays until the exporter starts anew, and so it is told for a while only. */
    private static final Duration XID_TOLD = Duration.ofHours(1);

    private static final Duration HEAT_TOLD = Duration.ofMinutes(5);

    static DeviceTrack first(Device device, Instant now) {
        return new DeviceTrack(
                device.known(Metric.XID).orElse(0),
                Optional.empty(),
                device.known(Metric.ENERGY),
                now,
                device.known(Metric.THERMAL_VIOLATION),
                Optional.empty());
    }

    DeviceTrack next(Device device, Instant now) {
        double code = device.known(Metric.XID).orElse(xid);
        OptionalDouble energyNow = device.known(Metric.ENERGY);
        OptionalDouble thermalNow = device.known(Metric.THERMAL_VIOLATION);
        boolean heat =
                thermal.isPresent() && thermalNow.isPresent() && thermalNow.getAsDouble() > thermal.getAsDouble();
        return new DeviceTrack(
                code,
                code == xid ? xidAt : Optional.of(now),
                energyNow,
                energyNow.isPresent() && energyNow.equals(energy) ? energyAt : now,
                thermalNow,
                heat ? Optional.of(now) : thermalAt);
    }

    /** @param pageAt when its page came */
    boolean standsStill(Device device, Instant pageAt) {
        Instant oldest = pageAt.minus(GpuWatch.FROZEN);
        return energyAt.isBefore(oldest)
                || (device.atMillis().isPresent()
                        && Instant.ofEpochMilli(device.atMillis().getAsLong()).isBefore(oldest));
    }

    List<String> faults(Device device, Instant now) {
        List<String> faults = new ArrayList<>();
        boolean lately = xidAt.isPresent() && xidAt.get().plus(XID_TOLD).isAfter(now);
        if (xid != 0 && (lately || !OF_APPLICATIONS.contains((int) xid))) {
            faults.add(
                    "XID %d%s".formatted((int) xid, device.xidText().isEmpty() ? "" : " (" + device.xidText() + ")"));
        }
        if (thermalAt.isPresent() && thermalAt.get().plus(HEAT_TOLD).isAfter(now)) {
            faults.add("slowed down by heat");
        }
        if (device.known(Metric.ROW_REMAP_FAILURE).orElse(0) > 0) {
            faults.add("memory rows that fail could not be remapped");
        }
        return faults;
    }
}

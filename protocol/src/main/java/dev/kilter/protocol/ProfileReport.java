package dev.kilter.protocol;

import java.util.List;

/**
 * What the runtime's {@code profile} command measured of one variant, written as JSON to standard output and, in a pod,
 * to the termination message ({@value #TERMINATION_LOG}, at most 4096 bytes), so that whoever started the Job can keep
 * it.
 *
 * @param variant the variant's name
 * @param digest of the model's file, {@code sha256:…}
 * @param provider execution provider that ran it; {@code Emulated} where nothing was measured on hardware
 * @param serviceTime by ascending batch size
 * @param memoryBytes peak resident memory of the process with the model loaded
 * @param readyAfterSeconds from process start to ready, download left out
 */
public record ProfileReport(
        String variant,
        String digest,
        String provider,
        List<RuntimeLoad.CurvePoint> serviceTime,
        long memoryBytes,
        double readyAfterSeconds) {

    /** Where Kubernetes takes a container's last words from. */
    public static final String TERMINATION_LOG = "/dev/termination-log";

    public ProfileReport {
        serviceTime = List.copyOf(serviceTime);
    }
}

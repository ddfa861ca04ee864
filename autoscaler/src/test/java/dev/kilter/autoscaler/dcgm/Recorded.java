package dev.kilter.autoscaler.dcgm;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Pages of real DCGM exporters; where each is from stands in it. */
public final class Recorded {

    /** One whole GPU, held by pod {@code default/cuda-75454ffb9f-8ljq7}. */
    public static final String ONE_GPU = "gpu-operator-25.10.txt";

    /** Three instances of GPU 0, and GPU 1; no pod holds them. */
    public static final String MIG = "mig-a800.txt";

    private Recorded() {}

    /** As recorded. */
    public static String page(String name) {
        try (InputStream in = Recorded.class.getResourceAsStream("/dcgm/" + name)) {
            return new String(Objects.requireNonNull(in, name).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The one GPU, with another pod's name and other values. */
    public static String oneGpu(String namespace, String pod, double utilization, int usedMiB, int freeMiB) {
        return with(
                        with(with(page(ONE_GPU), "DCGM_FI_DEV_GPU_UTIL", utilization), "DCGM_FI_DEV_FB_USED", usedMiB),
                        "DCGM_FI_DEV_FB_FREE",
                        freeMiB)
                .replace("namespace=\"default\"", "namespace=\"" + namespace + "\"")
                .replace("pod=\"cuda-75454ffb9f-8ljq7\"", "pod=\"" + pod + "\"");
    }

    /** Another value of a field. */
    public static String with(String page, String field, Object value) {
        return page.replaceAll("(?m)^(" + field + "\\{.*}) .*$", "$1 " + value);
    }

    /** Without the lines of a field. */
    public static String without(String page, String field) {
        return page.replaceAll("(?m)^" + field + "\\{.*\n", "");
    }
}

package dev.kilter.cli.local;

import com.sun.management.OperatingSystemMXBean;
import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.AcceleratorClassSpec;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What this machine offers as hardware: one class of CPU replicas, a core each, without a price.
 *
 * @param cores that the process may use
 * @param memoryBytes of the machine
 * @param product of its CPU, for people
 */
public record LocalMachine(int cores, long memoryBytes, String product) {

    /** The name of the machine's class. */
    public static final String CLASS = "local-cpu";

    private static final long REPLICA_MEMORY = 1L << 30;
    private static final Path CPU_INFO = Path.of("/proc/cpuinfo");

    /** The machine that this runs on. */
    public static LocalMachine here() {
        OperatingSystemMXBean system = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
        return new LocalMachine(Runtime.getRuntime().availableProcessors(), system.getTotalMemorySize(), cpuProduct());
    }

    /** Its hardware as an AcceleratorClass. */
    public AcceleratorClass acceleratorClass() {
        AcceleratorClass here = new AcceleratorClass();
        here.setMetadata(new ObjectMetaBuilder().withName(CLASS).build());
        here.setSpec(new AcceleratorClassSpec(
                null,
                new AcceleratorClassSpec.PerReplica(
                        Map.of("cpu", new Quantity("1"), "memory", new Quantity(Long.toString(REPLICA_MEMORY)))),
                null,
                new AcceleratorClassSpec.ModelRuntime("CPU", null, 1, null),
                null,
                null,
                null));
        return here;
    }

    /** In one line. */
    public String describe() {
        return product + ", " + (cores == 1 ? "1 core" : cores + " cores");
    }

    private static String cpuProduct() {
        try (Stream<String> lines = Files.lines(CPU_INFO)) {
            return lines.filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException | java.io.UncheckedIOException e) {
            return System.getProperty("os.arch");
        }
    }
}

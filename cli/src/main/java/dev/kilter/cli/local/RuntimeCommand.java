package dev.kilter.cli.local;

import dev.kilter.cli.UserError;
import dev.kilter.runtime.Main;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The serving runtime's image as a {@code java} of this JDK, on this process's class path. */
public final class RuntimeCommand implements PodCommand {

    /** The image name that stands for the runtime of this very build. */
    public static final String IMAGE = "kilter/kilter-serving-runtime:local";

    /** As in the image: both compilers come later than by default, and leave the start its cores. */
    private static final List<String> LATE_COMPILATION = List.of(
            "-XX:Tier3InvocationThreshold=1000",
            "-XX:Tier3MinInvocationThreshold=500",
            "-XX:Tier3CompileThreshold=5000",
            "-XX:Tier4InvocationThreshold=20000",
            "-XX:Tier4MinInvocationThreshold=4000",
            "-XX:Tier4CompileThreshold=40000",
            "-XX:Tier4BackEdgeThreshold=120000");

    @Override
    public List<String> of(PodTemplate template, String marker) {
        if (!template.image().equals(IMAGE)) {
            throw new UserError("image: " + template.image()
                    + " (expected: none; local mode runs no images, only Kilter's own runtime as a process)");
        }
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                marker,
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow"));
        command.addAll(LATE_COMPILATION);
        startupCache().ifPresent(cache -> command.add("-XX:AOTCache=" + cache));
        template.cpus().ifPresent(cpus -> command.add("-XX:ActiveProcessorCount=" + (int) Math.ceil(cpus)));
        template.memoryBytes().ifPresent(bytes -> command.add("-XX:MaxRAM=" + bytes));
        command.add(Main.class.getName());
        command.addAll(template.arguments());
        return command;
    }

    /** What the launcher trained for serving processes; empty: they start without, and slower. */
    private static Optional<Path> startupCache() {
        return Optional.ofNullable(System.getProperty("kilter.serving.cache"))
                .map(Path::of)
                .filter(Files::isRegularFile);
    }

    /** What those commands need in their environment. */
    public static Map<String, String> environment() {
        return Map.of(
                "CLASSPATH",
                System.getProperty("java.class.path"),
                "ORT_DISABLE_TELEMETRY",
                "1",
                "KILTER_LOG_FORMAT",
                "text");
    }
}

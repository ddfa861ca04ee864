package dev.kilter.build.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the AOT caches (JEP 483, 514, 515) that let Kilter's programs start in a fraction of the time.
 *
 * <p>{@code image ARCHIVE FOLDER ROOT REPOSITORY}: for an image archive that Jib wrote, by its own entry point, with
 * the image's own JVM and jars: {@code startup.aot}, and beside it in {@code native} the native libraries that the
 * program unpacked, both in FOLDER. {@code local FOLDER ROOT REPOSITORY}: for the launcher, with this JVM and the class
 * path in {@code CLASSPATH}: {@code serving.aot} for serving processes, {@code kilter.aot} for the command itself. ROOT
 * is the project's folder, REPOSITORY the local Maven repository. Exits with 1 and a sentence if a cache cannot be
 * made; whoever starts without one starts slower, and that is all.
 */
public final class TrainStartup {

    /** As the launcher and local mode start their processes; what the cache was made with has to be told again. */
    private static final List<String> LOCAL_FLAGS =
            List.of("-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED", "--sun-misc-unsafe-memory-access=allow");

    /**
     * Which methods were hot is not kept: the JVM would compile all of them at its start, on cores that the start
     * needs.
     */
    private static final List<String> CLASSES_ALONE =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:-AOTRecordTraining");

    private TrainStartup() {}

    /** See the class. */
    public static void main(String[] args) throws InterruptedException {
        try {
            if (args.length == 5 && args[0].equals("image")) {
                image(Path.of(args[1]), Path.of(args[2]), Models.of(Path.of(args[3]), Path.of(args[4])));
            } else if (args.length == 4 && args[0].equals("local")) {
                local(Path.of(args[1]), Models.of(Path.of(args[2]), Path.of(args[3])));
            } else {
                System.err.println(
                        "usage: TrainStartup image ARCHIVE FOLDER ROOT REPOSITORY | local FOLDER ROOT REPOSITORY");
                System.exit(2);
            }
        } catch (IOException e) {
            System.err.println("no start-up cache: " + e.getMessage());
            System.exit(1);
        }
    }

    private static void image(Path archive, Path folder, Models models) throws IOException, InterruptedException {
        Path work = Files.createTempDirectory(archive.toAbsolutePath().getParent(), "training");
        try {
            Image image = Image.unpack(archive, Files.createDirectory(work.resolve("root")));
            Path trained = work.resolve("startup.aot");
            List<String> command = new ArrayList<>(image.command(trained));
            command.addAll(1, CLASSES_ALONE);
            command.add("serve");
            Serving serving = new Serving(models, work);
            new Training(command, image.environment(), trained, work.resolve("log")).run(serving);
            if (Files.isDirectory(folder)) {
                Folders.delete(folder);
            }
            keep(serving.nativeLibraries(), folder.resolve("native"));
            keep(trained, folder.resolve("startup.aot"));
        } finally {
            Folders.delete(work);
        }
    }

    private static void local(Path folder, Models models) throws IOException, InterruptedException {
        Files.createDirectories(folder);
        Path work = Files.createTempDirectory(folder.toAbsolutePath(), "training");
        try {
            say("a serving process");
            Path serving = work.resolve("serving.aot");
            List<String> serve = new ArrayList<>(CLASSES_ALONE);
            Serving exercise = new Serving(models, work);
            // By the command, whose own options a replica has not: the cache serves both.
            serve.addAll(List.of("dev.kilter.cli.Main", "serve", "--port", Integer.toString(exercise.port())));
            train(serving, serve, Map.of("KILTER_LOG_FORMAT", "text"), exercise);
            keep(serving, folder.resolve("serving.aot"));

            say("kilter itself");
            Path kilter = work.resolve("kilter.aot");
            Path file = Files.writeString(work.resolve("emulated.yaml"), EMULATED);
            List<String> demo = List.of(
                    "-Dkilter.serving.cache=" + folder.resolve("serving.aot").toAbsolutePath(),
                    "dev.kilter.cli.Main",
                    "demo",
                    "-f",
                    file.toString(),
                    "--port=0",
                    "--duration=5s",
                    "--profile-budget=1");
            Map<String, String> home =
                    Map.of("KILTER_HOME", work.resolve("home").toString());
            train(kilter, demo, home, Exercise.untilItEnds());
            keep(kilter, folder.resolve("kilter.aot"));
        } finally {
            Folders.delete(work);
        }
    }

    private static void train(Path cache, List<String> program, Map<String, String> environment, Exercise exercise)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(LOCAL_FLAGS);
        command.add("-XX:AOTCacheOutput=" + cache);
        command.addAll(program);
        new Training(command, environment, cache, cache.resolveSibling("log")).run(exercise);
    }

    /** There at once and whole, or not at all. */
    private static void keep(Path trained, Path cache) throws IOException {
        Files.createDirectories(cache.toAbsolutePath().getParent());
        Files.move(trained, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static void say(String text) {
        System.err.println("  " + text);
    }

    /** The shape of a demo without its download: a curve instead of a model. */
    private static final String EMULATED = """
            apiVersion: serving.kilter.dev/v1alpha1
            kind: InferenceDeployment
            metadata: {name: training}
            spec:
              model:
                task: tensor
                variants:
                - {name: emulated, uri: "emulated:?curve=1:4ms,8:20ms", precision: fp32}
              slo: {latency: {p99: 100ms}}
              scaling: {minReplicas: 1, maxReplicas: 2}
            """;
}

package dev.kilter.build.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * One training run: the program starts, is used, is told to end, and its JVM writes the cache as it goes.
 *
 * @param command with {@code -XX:AOTCacheOutput} in it
 * @param environment besides this process's own
 * @param cache what comes of it
 * @param log where the program's output goes
 */
record Training(List<String> command, Map<String, String> environment, Path cache, Path log) {

    private static final int ASSEMBLY_SECONDS = 180;

    /**
     * Runs it.
     *
     * @throws IOException if no cache came of it, with the end of the program's output
     */
    void run(Exercise exercise) throws IOException, InterruptedException {
        Files.deleteIfExists(cache);
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.environment().put("ORT_DISABLE_TELEMETRY", "1");
        builder.environment().putAll(environment);
        builder.environment().putAll(exercise.environment());
        Process program = builder.start();
        try {
            exercise.with(program);
            program.destroy();
            if (!program.waitFor(ASSEMBLY_SECONDS, TimeUnit.SECONDS)) {
                throw new IOException("the JVM wrote none within " + ASSEMBLY_SECONDS + " s");
            }
        } catch (IOException e) {
            throw new IOException(e.getMessage() + "; the program said last:\n" + lastLines(), e);
        } finally {
            program.destroyForcibly();
        }
        if (!Files.isRegularFile(cache)) {
            throw new IOException("the JVM wrote none; the program said last:\n" + lastLines());
        }
    }

    private String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log);
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 12), lines.size()));
    }
}

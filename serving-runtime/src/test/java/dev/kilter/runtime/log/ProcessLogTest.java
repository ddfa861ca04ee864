package dev.kilter.runtime.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/** Each in a process of its own, as a log is set up once. */
class ProcessLogTest {

    @Test
    void aPodLogsJsonAtInfoToStandardErrorAndNothingBesideIt() throws Exception {
        assertThat(logged(Map.of(), "pod"))
                .singleElement()
                .asString()
                .startsWith("{\"@timestamp\":")
                .contains("\"message\":\"told\"", "\"level\":\"INFO\"", "\"requestId\":\"7\"");
    }

    @Test
    void aPersonReadsTextUnlessTheEnvironmentAsksForJson() throws Exception {
        assertThat(logged(Map.of(), "watched")).singleElement().asString().endsWith(" INFO  ProcessLogTest: told");
        assertThat(logged(Map.of("KILTER_LOG_FORMAT", "text"), "pod"))
                .singleElement()
                .asString()
                .endsWith(": told");
        assertThat(logged(Map.of("KILTER_LOG_FORMAT", "json"), "watched"))
                .singleElement()
                .asString()
                .startsWith("{");
    }

    @Test
    void theLevelIsTheEnvironmentsAndLibrariesStayQuiet() throws Exception {
        assertThat(logged(Map.of("KILTER_LOG_LEVEL", "debug"), "watched"))
                .hasSize(2)
                .noneMatch(line -> line.contains("library"));
        assertThat(logged(Map.of("KILTER_LOG_LEVEL", "ERROR"), "watched")).isEmpty();
    }

    @Test
    void aFormatThatIsNoneIsToldAndTakenAsJson() throws Exception {
        assertThat(logged(Map.of("KILTER_LOG_FORMAT", "xml"), "pod"))
                .hasSize(2)
                .allMatch(line -> line.startsWith("{"))
                .anyMatch(line -> line.contains("KILTER_LOG_FORMAT: xml (expected: json or text)"));
    }

    @Test
    void aConfigurationOfOnesOwnIsLeftToLogback() throws Exception {
        assertThat(logged(Map.of(), "pod", "-Dlogback.configurationFile=logback-test.xml"))
                .as("its level is WARN")
                .isEmpty();
    }

    private static List<String> logged(Map<String, String> environment, String how, String... flags)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(
                List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(flags));
        command.addAll(List.of(Program.class.getName(), how));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment()
                .keySet()
                .removeIf(name -> name.startsWith("KILTER_LOG") || name.equals("JAVA_TOOL_OPTIONS"));
        builder.environment().put("CLASSPATH", System.getProperty("java.class.path"));
        builder.environment().putAll(environment);
        builder.redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process process = builder.start();
        String log = new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(log).isZero();
        return log.lines().toList();
    }

    /** Says something. */
    static final class Program {
        private Program() {}

        public static void main(String[] args) {
            ProcessLog.begin(args[0].equals("watched"));
            Logger log = LoggerFactory.getLogger(ProcessLogTest.class);
            try (MDC.MDCCloseable _ = MDC.putCloseable("requestId", "7")) {
                log.info("told");
            }
            log.debug("whispered");
            LoggerFactory.getLogger("com.linecorp.armeria.Library").info("library");
            LoggerFactory.getLogger("com.linecorp.armeria.server.Http1RequestDecoder")
                    .warn("library", new IllegalArgumentException("a client's"));
        }
    }
}

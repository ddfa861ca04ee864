package dev.kilter.cli.local;

import dev.kilter.protocol.RuntimeConfig;
import java.io.File;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;

/** Pools of {@link FakeRuntime}, and what they told. */
final class PodFixture implements PodObserver {

    /** As long as a process may take to answer while the machine has other work. */
    private static final Duration BUSY = Duration.ofSeconds(10);

    final Queue<String> events = new ConcurrentLinkedQueue<>();
    final Queue<ProcessHandle> processes = new ConcurrentLinkedQueue<>();

    LocalPool pool(Path logs, String readyAfterMillis) {
        return new LocalPool(template(readyAfterMillis), command(), Map.of("GREETING", "hello"), logs, "run", this);
    }

    static PodTemplate template(String readyAfterMillis) {
        PodTemplate.Probe live = new PodTemplate.Probe("/live", Duration.ZERO, Duration.ofMillis(200), BUSY, 2);
        PodTemplate.Probe ready = new PodTemplate.Probe("/ready", Duration.ZERO, Duration.ofMillis(200), BUSY, 2);
        PodTemplate.Probe startup = new PodTemplate.Probe("/live", Duration.ZERO, Duration.ofMillis(500), BUSY, 60);
        return new PodTemplate(
                "fake",
                "kilter/fake",
                List.of(readyAfterMillis),
                Map.of(),
                Optional.of(startup),
                Optional.of(ready),
                Optional.of(live),
                Duration.ofMillis(100),
                Duration.ofSeconds(20),
                OptionalDouble.empty(),
                OptionalLong.empty());
    }

    static PodCommand command() {
        return (template, marker) -> List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                marker,
                "-XX:TieredStopAtLevel=1",
                "-Xshare:auto",
                "-cp",
                classes(FakeRuntime.class) + File.pathSeparator + classes(RuntimeConfig.class),
                FakeRuntime.class.getName(),
                template.arguments().getFirst());
    }

    private static Path classes(Class<?> of) {
        return Path.of(URI.create(
                of.getProtectionDomain().getCodeSource().getLocation().toString()));
    }

    static void ask(LocalPod pod, String path) throws Exception {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + pod.port() + path))
                    .timeout(Duration.ofSeconds(5))
                    .build();
            HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.discarding());
        } catch (java.io.IOException expectedWhenItCrashes) {
            // The process is gone before it answers.
        }
    }

    static void until(BooleanSupplier condition) throws InterruptedException {
        for (int i = 0; i < 600 && !condition.getAsBoolean(); i++) {
            Thread.sleep(50);
        }
        if (!condition.getAsBoolean()) {
            throw new AssertionError("not within 30 s");
        }
    }

    @Override
    public void started(LocalPod pod, ProcessHandle process) {
        processes.add(process);
    }

    @Override
    public void changed(LocalPod pod) {
        events.add(pod.name() + " " + pod.phase());
    }

    @Override
    public void said(LocalPod pod, String sentence) {
        events.add(pod.name() + ": " + sentence);
    }
}

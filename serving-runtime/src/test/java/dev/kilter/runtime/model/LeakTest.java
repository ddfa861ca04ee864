package dev.kilter.runtime.model;

import static dev.kilter.runtime.model.Calls.call;
import static dev.kilter.runtime.model.Calls.outcome;
import static dev.kilter.runtime.model.Calls.rows;
import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.memory.FakeMemory;
import dev.kilter.runtime.serving.InferenceOutcome;
import io.prometheus.client.CollectorRegistry;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A model that keeps native memory with every batch, in this very process. Time is the test's. */
@Timeout(120)
class LeakTest {

    private static final long MIB = 1 << 20;
    private final Arena lost = Arena.ofShared();
    private final AtomicLong now = new AtomicLong();
    private final CollectorRegistry registry = new CollectorRegistry();
    private final FakeMemory memory = new FakeMemory(500 * MIB);
    private final BlockingQueue<String> exhausted = new LinkedBlockingQueue<>();
    private volatile long leak;
    private final HostedModels models = LeakingModels.of(registry, memory.watch(registry, now::get), lost, () -> leak);

    @AfterEach
    void close() throws InterruptedException {
        models.close(Duration.ofSeconds(5));
        lost.close();
    }

    /** Serves twenty requests within ten seconds, so that one window of the detector ends. */
    private void window() throws Exception {
        for (int i = 0; i < 20; i++) {
            assertThat(outcome(models.infer(call("m", rows("input", 1, 2, 1)))))
                    .isInstanceOf(InferenceOutcome.Answered.class);
        }
        int before = memory.looks();
        now.addAndGet(TimeUnit.SECONDS.toNanos(11));
        while (memory.looks() == before && exhausted.isEmpty()) {
            Thread.onSpinWait();
        }
    }

    private double metric(String name) {
        return registry.getSampleValue("kilter_runtime_" + name);
    }

    @Test
    void aModelThatLeaksIsToldAndLeavesBeforeTheLimit() throws Exception {
        models.whenExhausted(exhausted::add);
        models.loadAll();
        leak = MIB;
        int windows = 0;
        while (exhausted.isEmpty() && windows < 100) {
            window();
            windows++;
        }
        assertThat(exhausted.poll(20, TimeUnit.SECONDS))
                .contains("grows with the requests and is not given back", "(model m: 2");
        assertThat(windows * 20L).as("MiB lost").isLessThan(500);
        assertThat(models.ready()).isFalse();
        assertThat(models.live()).isFalse();
        assertThat(outcome(models.infer(call("m", rows("input", 1, 2, 1)))))
                .as("still answers, until the gateways have let go")
                .isInstanceOf(InferenceOutcome.Answered.class);
        RuntimeLoad load = models.load();
        assertThat(load.ready()).isFalse();
        assertThat(load.memory().orElseThrow().leak().orElseThrow()).contains("model m: ");
        assertThat(metric("memory_leak")).isEqualTo(1);
        assertThat(metric("memory_leak_bytes_per_request")).isBetween(0.5 * MIB, 1.5 * MIB);
        assertThat(metric("memory_limit_bytes"))
                .isEqualTo((double) load.memory().get().limitBytes());
        assertThat(metric("native_memory_bytes")).isGreaterThan(200.0 * MIB);
    }

    @Test
    void aModelThatDoesNotLeakServesOn() throws Exception {
        models.whenExhausted(exhausted::add);
        models.loadAll();
        for (int windows = 0; windows < 40; windows++) {
            window();
        }
        assertThat(models.ready()).isTrue();
        assertThat(models.load().memory().orElseThrow().leak()).isEmpty();
        assertThat(metric("memory_leak")).isZero();
    }
}

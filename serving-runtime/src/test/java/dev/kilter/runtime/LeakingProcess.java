package dev.kilter.runtime;

import dev.kilter.runtime.memory.FakeMemory;
import dev.kilter.runtime.model.HostedModels;
import dev.kilter.runtime.model.LeakingModels;
import dev.kilter.runtime.server.RuntimeServer;
import dev.kilter.runtime.server.ServerConfig;
import io.prometheus.client.CollectorRegistry;
import java.lang.foreign.Arena;
import java.time.Duration;
import java.util.Optional;

/** A server whose model leaks below a limit that is near, and whose memory is watched a hundred times as fast. */
final class LeakingProcess {

    private static final int FASTER = 100;
    private static final int MIB = 1 << 20;

    private LeakingProcess() {}

    public static void main(String[] args) throws Exception {
        CollectorRegistry registry = new CollectorRegistry();
        long start = System.nanoTime();
        HostedModels models = LeakingModels.of(
                registry,
                new FakeMemory(600L * MIB).watch(registry, () -> (System.nanoTime() - start) * FASTER),
                Arena.global(),
                () -> MIB / 4);
        RuntimeServer server = RuntimeServer.start(models, registry, ServerConfig.at(Optional.of("127.0.0.1"), 0));
        Drain.onTermination(models, server, Duration.ofSeconds(3));
        models.loadAll();
        System.out.println(server.port());
        Thread.currentThread().join();
    }
}

package dev.kilter.runtime;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.model.HostedModels;
import dev.kilter.runtime.model.Hosting;
import dev.kilter.runtime.model.ModelLoadException;
import dev.kilter.runtime.rehearsal.LoopbackRehearsal;
import dev.kilter.runtime.server.RuntimeServer;
import dev.kilter.runtime.server.ServerConfig;
import io.prometheus.client.CollectorRegistry;
import io.prometheus.client.hotspot.DefaultExports;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Serves until it is told to stop.
 *
 * <p>The port opens while the models are being loaded: live at once, ready when every model is. A model of a folder
 * that cannot be loaded tells why, and the others are served. A configured one ends the process, after the retries of
 * its download, with the reason as the container's last words: Kubernetes then shows it in the pod's status and starts
 * the pod again with growing pauses, where a process that stayed up would be live, never ready, and silent.
 */
@Command(name = "serve", description = "Serves models, REST and gRPC on one port.", mixinStandardHelpOptions = true)
final class ServeCommand implements Callable<Integer> {

    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    private final Runnable whenReady;

    @Mixin
    private ModelFlags flags = new ModelFlags();

    @Mixin
    private RepositoryFlags repository = new RepositoryFlags();

    @Option(names = "--port", paramLabel = "PORT", description = "Default: ${env:KILTER_PORT}, else 8080.")
    private Integer port;

    @Option(names = "--host", paramLabel = "ADDRESS", description = "Default: ${env:KILTER_HOST}, else every address.")
    private String host;

    /** Serves for whom the log is enough. */
    ServeCommand() {
        this(() -> {});
    }

    /** @param whenReady is run once, if all models are ready after the start */
    ServeCommand(Runnable whenReady) {
        this.whenReady = whenReady;
    }

    @Override
    public Integer call() throws StartException, InterruptedException {
        Thread preparing = Thread.ofPlatform().name("server").daemon().start(RuntimeServer::prepare);
        Map<String, String> environment = System.getenv();
        Hosting hosting = repository.hosting(flags, environment);
        int listenOn = port(environment);
        CollectorRegistry registry = new CollectorRegistry();
        DefaultExports.register(registry);
        HostedModels models = new HostedModels(
                hosting,
                ModelFlags.keepingLoader(environment),
                PolicyChoice.of(environment, hosting),
                registry,
                new LoopbackRehearsal());
        Optional<String> address =
                Optional.ofNullable(host != null ? host : environment.get(RuntimeConfig.HOST_ENVIRONMENT));
        Duration grace = Drain.grace(environment);
        FutureTask<Void> loading = loading(models);
        preparing.join();
        RuntimeServer server = start(models, registry, ServerConfig.at(address, listenOn));
        Drain drain = Drain.onTermination(models, server, grace);
        try {
            loading.get();
        } catch (ExecutionException e) {
            drain.forget(); // its hook would end the process as if all were well
            server.close();
            throw failed(e.getCause());
        }
        LOG.info(
                "{}: {} on port {}",
                models.ready() ? "ready" : "serving, not all ready",
                models.names(),
                server.port());
        if (models.ready()) {
            whenReady.run();
        }
        server.complete();
        Thread.currentThread().join();
        return ExitCode.OK;
    }

    /** Mostly native code, and mostly Java before the port is open: both at once take half the time on two cores. */
    private static FutureTask<Void> loading(HostedModels models) {
        FutureTask<Void> loading = new FutureTask<>(() -> {
            models.loadAll();
            return null;
        });
        Thread.ofPlatform().name("loader").daemon().start(loading);
        return loading;
    }

    private static StartException failed(Throwable loading) {
        if (loading instanceof ModelLoadException e) {
            return new StartException(ExitCode.MODEL, e.getMessage());
        }
        LOG.error("loading failed", loading);
        return new StartException(ExitCode.SOFTWARE, "loading failed: " + loading);
    }

    private static RuntimeServer start(HostedModels models, CollectorRegistry registry, ServerConfig config)
            throws StartException {
        try {
            return RuntimeServer.start(models, registry, config);
        } catch (CompletionException e) {
            throw new StartException(
                    ExitCode.PORT,
                    "port " + config.port() + ": cannot be listened on: "
                            + e.getCause().getMessage() + "; stop what listens there, or choose another with --port");
        }
    }

    private int port(Map<String, String> environment) throws StartException {
        if (port != null) {
            return checked("--port", port.toString());
        }
        String configured = environment.get(RuntimeConfig.PORT_ENVIRONMENT);
        return configured == null ? RuntimeConfig.DEFAULT_PORT : checked(RuntimeConfig.PORT_ENVIRONMENT, configured);
    }

    private static int checked(String field, String value) throws StartException {
        OptionalInt number = value.matches("\\d{1,5}") ? OptionalInt.of(Integer.parseInt(value)) : OptionalInt.empty();
        if (number.isEmpty() || number.getAsInt() > 65535) {
            throw new StartException(ExitCode.USAGE, field + ": " + value + " (expected: 0..65535)");
        }
        return number.getAsInt();
    }
}

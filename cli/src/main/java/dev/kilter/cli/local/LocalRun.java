package dev.kilter.cli.local;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.autoscaler.Decided;
import dev.kilter.autoscaler.LoadSnapshot;
import dev.kilter.autoscaler.LoopRunner;
import dev.kilter.autoscaler.ScalingLoop;
import dev.kilter.autoscaler.policy.PolicySettings;
import dev.kilter.autoscaler.policy.RateScalingPolicy;
import dev.kilter.autoscaler.scrape.HttpOperatingPoints;
import dev.kilter.cli.UserError;
import dev.kilter.core.scaling.Decision;
import dev.kilter.gateway.Gateway;
import dev.kilter.gateway.GatewayConfig;
import dev.kilter.gateway.local.InMemoryEndpoints;
import dev.kilter.gateway.local.InMemoryRoutes;
import dev.kilter.operator.build.Settings;
import dev.kilter.protocol.GatewayLoad;
import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * An InferenceDeployment served on this machine: gateway, plan and autoscaler in this process, replicas as processes.
 * Threads may call any method at any time; {@link #close()} drains.
 */
public final class LocalRun implements AutoCloseable {

    /** Share of a replica's capacity that is planned to be used. */
    public static final double TARGET_UTILIZATION = 0.4;

    private static final Duration TICK = Duration.ofSeconds(1);

    private final InferenceDeployment deployment;
    private final StateFolder state;
    private final Gateway gateway;
    private final LocalPools processes;
    private final LocalOperator operator;
    private final LocalLoads loads;
    private final HttpOperatingPoints operatingPoints = new HttpOperatingPoints();
    private final LocalEvidence evidence;
    private final Notices notices;
    private final InstantSource clock;
    private final int mostReplicas;
    private boolean measured;
    private Optional<LoopRunner> autoscaler = Optional.empty();
    private Optional<Ticker> ticker = Optional.empty();

    /**
     * @param port of the gateway; 0: any free one
     * @param home where state, models and profiles are kept
     * @param profileBudget how long measuring one variant may take
     */
    public record Options(int port, Path home, Duration profileBudget) {}

    private LocalRun(
            LocalDeployment local,
            LocalMachine machine,
            StateFolder state,
            Gateway gateway,
            InMemoryRoutes routes,
            InMemoryEndpoints endpoints,
            Options options,
            PodCommand command,
            Notices notices,
            InstantSource clock) {
        this.deployment = local.deployment();
        this.state = state;
        this.gateway = gateway;
        this.notices = notices;
        this.clock = clock;
        Map<String, String> environment = new HashMap<>(RuntimeCommand.environment());
        environment.put(
                RuntimeConfig.CACHE_ENVIRONMENT,
                options.home().resolve("models").toString());
        this.processes = new LocalPools(command, environment, state, endpoints, notices);
        Settings settings = settings(options.profileBudget());
        this.evidence = new LocalEvidence(
                deployment,
                machine,
                settings,
                new ProfileStore(options.home().resolve("profiles")),
                new JobProcess(command, environment, state),
                notices);
        this.operator = new LocalOperator(deployment, evidence.known(), machine, settings, processes, routes, notices);
        this.loads = new LocalLoads(gateway.port(), processes);
        this.mostReplicas = machine.cores();
    }

    /**
     * Starts to serve; returns while the first replica loads.
     *
     * @throws UserError if the name already runs, the port is taken, or nothing can serve the specification
     */
    public static LocalRun start(
            LocalDeployment local, LocalMachine machine, Options options, PodCommand command, Notices notices) {
        String name = local.deployment().getMetadata().getName();
        StateFolder state =
                StateFolder.take(options.home(), name, UUID.randomUUID().toString());
        InMemoryRoutes routes = new InMemoryRoutes();
        InMemoryEndpoints endpoints = new InMemoryEndpoints();
        try {
            int orphans = state.endOrphans();
            if (orphans > 0) {
                notices.add("kilter", "ended " + orphans + " processes that a killed run had left behind");
            }
            Gateway gateway = listen(options.port(), routes, endpoints);
            state.listening(gateway.port());
            LocalRun run = new LocalRun(
                    local,
                    machine,
                    state,
                    gateway,
                    routes,
                    endpoints,
                    options,
                    command,
                    notices,
                    InstantSource.system());
            run.begin();
            return run;
        } catch (RuntimeException e) {
            state.close();
            throw e;
        }
    }

    private static Gateway listen(int port, InMemoryRoutes routes, InMemoryEndpoints endpoints) {
        try {
            return Gateway.start(GatewayConfig.local(port), routes, endpoints);
        } catch (CompletionException e) {
            throw new UserError(
                    "port " + port + " is taken by another process; choose another with --port, or 0 for any", e);
        }
    }

    private void begin() {
        try {
            operator.tick(clock.instant());
            LocalScaling scaling = new LocalScaling(deployment, operator, processes, mostReplicas);
            autoscaler = Optional.of(LoopRunner.start(
                    new ScalingLoop(
                            scaling,
                            loads,
                            new RateScalingPolicy(policy()),
                            scaling,
                            operatingPoints,
                            // Nothing is pinned: pools go with the run, and their files are the user's own.
                            (key, pool, digests) -> {},
                            (key, demand) -> {
                                operator.demand(demand);
                                return true;
                            },
                            this::decided),
                    clock,
                    TICK,
                    decided -> {}));
            ticker = Optional.of(Ticker.start("operator", TICK, this::tick));
        } catch (RuntimeException e) {
            close();
            throw e;
        }
    }

    private void tick() {
        operator.tick(clock.instant());
        state.tell(Json.write(LocalFacts.of(deployment, operator, processes, notices.all(), clock.instant())));
    }

    /** Waits until a request would be answered; false: not within that time. */
    public boolean awaitReady(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (processes.sentTo() == 0) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return true;
    }

    /** Measures what the plan rests on but nobody has measured; then plans again. Blocks while it measures. */
    public void gatherEvidence() throws InterruptedException {
        while (evidence.measureNext(operator.inputs(), operator.plan(), clock.instant())) {
            operator.profiles(evidence.known());
            operator.tick(clock.instant());
        }
    }

    /** Waits until the pools of the plan in force serve, and no others; false: not within that time. */
    public boolean awaitSettled(Duration patience) throws InterruptedException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!settled()) {
            if (System.nanoTime() - deadline > 0) {
                return false;
            }
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return true;
    }

    private boolean settled() {
        List<String> planned =
                operator.plan().pools().stream().map(Plan.Pool::name).toList();
        return processes.pods().stream()
                        .allMatch(pod -> planned.contains(pod.pool()) && pod.phase() == LocalPod.Phase.READY)
                && readyReplicas() >= desiredReplicas()
                && readyReplicas() > 0;
    }

    public String name() {
        return deployment.getMetadata().getName();
    }

    public InferenceDeployment deployment() {
        return deployment;
    }

    /** The gateway's port. */
    public int port() {
        return gateway.port();
    }

    /** The plan in force. */
    public Plan plan() {
        return operator.plan();
    }

    /** Replicas that are asked for. */
    public int desiredReplicas() {
        return processes.all().stream().mapToInt(LocalPool::desired).sum();
    }

    /** Replicas that serve. */
    public int readyReplicas() {
        return processes.all().stream().mapToInt(LocalPool::ready).sum();
    }

    /** How many replicas there can be: by the specification and by this machine. */
    public int mostReplicas() {
        return Math.min(mostReplicas, deployment.getSpec().scaling().maxReplicas());
    }

    /** Every process that is not gone. */
    public List<LocalPod> pods() {
        return processes.pods();
    }

    /** What gateway and pods reported last. */
    public LoadSnapshot loads() {
        return loads.last();
    }

    /** What the gateway counts now. */
    public GatewayLoad gatewayLoad() {
        return gateway.load();
    }

    /** What was decided and what happened. */
    public List<Notice> notices() {
        return notices.all();
    }

    /** Where the processes' output goes. */
    public Path logs() {
        return state.logs();
    }

    /** Stops deciding, lets the gateway finish what is in flight, ends the processes, gives the name back. */
    @Override
    public void close() {
        try {
            evidence.close();
            ticker.ifPresent(Ticker::close);
            autoscaler.ifPresent(LoopRunner::close);
            loads.close();
            operatingPoints.close();
            gateway.drain();
            gateway.close();
        } finally { // Whatever else fails, no process is left behind.
            processes.stop().join();
            state.close();
        }
    }

    private void decided(Decided decided) {
        for (Decision.Pool pool : decided.decision().pools()) {
            if (pool.changes()) {
                notices.add("autoscaler", pool.from() + " → " + pool.to() + ": " + pool.reason());
            }
        }
        // Before the first reports there is nothing to hold on to.
        if (decided.decision().held() && measured) {
            notices.add(
                    "autoscaler",
                    "held: " + String.join("; ", decided.decision().reasons()));
        }
        measured |= !decided.decision().held();
    }

    /** The policy of a cluster, but with room for those who share the machine: gateway, clients, a starting replica. */
    private static PolicySettings policy() {
        return PolicySettings.DEFAULT.using(TARGET_UTILIZATION);
    }

    /**
     * Nobody stands between gateway and processes here, so there is nothing to wait for before they are told to end.
     */
    private static Settings settings(Duration profileBudget) {
        Settings cluster = Settings.of(RuntimeCommand.IMAGE, "", Optional.empty());
        return new Settings(
                cluster.runtimeImage(),
                cluster.gatewayImage(),
                cluster.imagePullPolicy(),
                cluster.mavenRepository(),
                cluster.gateway(),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                cluster.finish(),
                profileBudget);
    }
}

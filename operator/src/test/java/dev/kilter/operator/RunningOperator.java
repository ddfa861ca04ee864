package dev.kilter.operator;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.operator.build.Hashes;
import dev.kilter.operator.status.StatusPace;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;

/** An operator on a real API server, with a clock that tests may put forward. */
final class RunningOperator implements AutoCloseable {

    /** The least that a user may write. */
    static final String EMBEDDER = """
            apiVersion: serving.kilter.dev/v1alpha1
            kind: InferenceDeployment
            metadata: {name: embedder}
            spec:
              model:
                task: text-embedding
                variants: [{name: fp32, uri: "https://models.example/embedder.onnx"}]
              slo: {latency: {p99: 100ms}}
              hardware: {acceleratorClasses: [cpu]}
            """;

    private final ApiServer server;
    private final Duration lookAgain;
    private volatile Duration ahead = Duration.ZERO;
    final KilterOperator operator;

    private RunningOperator(ApiServer server, Duration lookAgain) {
        this.server = server;
        this.lookAgain = lookAgain;
        this.operator = another();
    }

    static RunningOperator start(Duration lookAgain) throws IOException {
        ApiServer server = ApiServer.start();
        server.client.resource(Examples.CPU).serverSideApply();
        server.client.resource(Examples.T4).serverSideApply();
        RunningOperator running = new RunningOperator(server, lookAgain);
        running.operator.start();
        return running;
    }

    KubernetesClient client() {
        return server.client;
    }

    ApiServer.Said kubectl(String... arguments) throws IOException {
        return server.kubectl(arguments);
    }

    /** One more operator, not started. */
    KilterOperator another() {
        OperatorConfig config = new OperatorConfig(Examples.SETTINGS, Set.of(), false, "default", 0);
        return new KilterOperator(config, server.linkedClient(), this::now, lookAgain, () -> {});
    }

    /** The operator's time. */
    Instant now() {
        return Instant.now().plus(ahead);
    }

    /** Between the operators and the API server. */
    CuttableLink link() {
        return server.link;
    }

    /** The API server that operators see is another process from now on. */
    void restartApiServer() throws IOException {
        server.restart();
    }

    /** Puts the operator's clock forward. */
    synchronized void passes(Duration time) {
        ahead = ahead.plus(time);
    }

    /** A profile of some other model: it wakes the namespace, and changes nothing. */
    void touch(String namespace) {
        ModelProfile profile = Examples.profile(Hashes.of("other" + System.nanoTime()), "cpu", "CPU", "1ms", "9ms");
        profile.getMetadata().setNamespace(namespace);
        client().resource(profile).create();
    }

    /** Waits until the operator has not written for a while. */
    void settle() {
        Await.rest("the operator's writes", Duration.ofSeconds(3), operator.metrics::allWrites);
    }

    /** Waits likewise, when it has told also what it puts off: then it has nothing to write until something happens. */
    void rest(World world) {
        rest(world, StatusPace.FIGURES);
    }

    /** @param putOff how long it may put off what it has to tell */
    void rest(World world, Duration putOff) {
        passes(putOff);
        lookAgain(world);
        settle();
    }

    /** Waits until the operator has looked again at what is in a namespace. */
    void lookAgain(World world) {
        double reconciles = operator.metrics.allReconciles();
        touch(world.namespace);
        world.eventually(() -> operator.metrics.allReconciles() > reconciles);
    }

    @Override
    public void close() {
        operator.close();
        server.close();
    }
}

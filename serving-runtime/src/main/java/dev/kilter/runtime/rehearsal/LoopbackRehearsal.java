package dev.kilter.runtime.rehearsal;

import dev.kilter.runtime.engine.SampleInputs;
import dev.kilter.runtime.engine.Signature;
import dev.kilter.runtime.model.Rehearsal;
import dev.kilter.runtime.server.RuntimeServer;
import dev.kilter.runtime.server.ServerConfig;
import dev.kilter.runtime.serving.ModelServer;
import dev.kilter.runtime.serving.ServedModel;
import io.prometheus.client.CollectorRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends requests by REST (JSON, binary) and gRPC over loopback connections to a server of its own before that model.
 * Code is warm for the process, whichever server runs it; so the counts of the real one stay as they are.
 */
public final class LoopbackRehearsal implements Rehearsal {

    private static final Logger LOG = LoggerFactory.getLogger(LoopbackRehearsal.class);
    private static final String LOOPBACK = "127.0.0.1";
    private static final int ROUNDS = 5;

    /** After that, no further round begins. */
    private static final Duration BUDGET = Duration.ofMillis(100);

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Duration patience;

    public LoopbackRehearsal() {
        this(PATIENCE);
    }

    /** @param patience with each answer; beyond it the rehearsal is given up */
    LoopbackRehearsal(Duration patience) {
        this.patience = patience;
    }

    @Override
    public void run(ModelServer apart) {
        long start = System.nanoTime();
        ServerConfig config = ServerConfig.at(Optional.of(LOOPBACK), 0).withoutAccessLog();
        RuntimeServer server = RuntimeServer.start(apart, new CollectorRegistry(), config);
        try {
            for (String name : apart.names()) {
                rehearse(apart.model(name).orElseThrow(), server.port(), start + BUDGET.toNanos());
            }
            LOG.debug(
                    "rehearsed for {} ms",
                    Duration.ofNanos(System.nanoTime() - start).toMillis());
        } catch (IOException e) {
            LOG.info("rehearsal given up; the first requests will be slower: {}", e.toString());
        } finally {
            Thread.ofVirtual().name("rehearsal-end").start(server::close); // its quiet period delays nobody
        }
    }

    private void rehearse(ServedModel model, int port, long endNanos) throws IOException {
        SampleRequests requests =
                new SampleRequests(model, SampleInputs.of(new Signature(model.inputs(), model.outputs()), 1));
        if (requests.tooLarge()) {
            return;
        }
        try (LoopbackClient rest = new LoopbackClient(port, patience);
                LoopbackClient grpc = new LoopbackClient(port, patience)) {
            for (int round = 0; round < ROUNDS && (round == 0 || System.nanoTime() - endNanos < 0); round++) {
                if (requests.jsonCarriesAll()) {
                    rest.http1(requests.json());
                    if (requests.flat()) {
                        rest.http1(requests.predict());
                    }
                }
                rest.http1(requests.binary());
                grpc.http2(requests.grpc(), round);
            }
        }
    }
}

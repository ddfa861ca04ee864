package dev.kilter.operator;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.function.BooleanSupplier;

/**
 * What the operator takes for a fleet, beside a bare loop that applies the same objects; each round on fresh API
 * servers. Arguments: InferenceDeployments, namespaces, rounds, different models in each namespace.
 */
final class FleetBenchmark {

    /** What the image takes of the chart's limit, 512 MiB. */
    private static final String HEAP = "256m";

    private FleetBenchmark() {}

    /** Prints a line for each run. */
    public static void main(String[] arguments) throws Exception {
        int size = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 1000;
        int namespaces = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 20;
        int rounds = arguments.length > 2 ? Integer.parseInt(arguments[2]) : 3;
        int models = arguments.length > 3 ? Integer.parseInt(arguments[3]) : 1;
        for (int round = 1; round <= rounds; round++) {
            BareLoop loop = operator(size, namespaces, models);
            bare(loop, size, namespaces);
        }
    }

    private static BareLoop operator(int size, int namespaces, int models) throws Exception {
        try (ApiServer server = ApiServer.start()) {
            server.client.resource(Examples.CPU).serverSideApply();
            Fleet fleet = new Fleet(server.client, size, namespaces, models);
            fleet.prepare();
            Path kubeconfig = server.kubeconfig();
            BareLoop loop;
            try (OperatorProcess operator = OperatorProcess.start(kubeconfig, HEAP)) {
                ApiRequests before = ApiRequests.soFar(server.client);
                long start = System.nanoTime();
                fleet.apply();
                double seconds = settle(operator, fleet::isDone, start);
                ApiRequests written = ApiRequests.soFar(server.client).since(before, "inferencedeployments", "events");
                System.out.printf(
                        Locale.ROOT,
                        "operator: %.1f s, %.2f writes each; %.0f reconciles; %s%n",
                        seconds,
                        written.total() / (double) size,
                        operator.metric("kilter_operator_reconciles_total"),
                        written.byKind());
                // What took that time, and nothing that comes later.
                loop = BareLoop.of(server.client);
                try (PlayedPods _ = PlayedPods.starting(server.client, Duration.ZERO)) {
                    settle(operator, fleet::isReady, System.nanoTime());
                }
                written = ApiRequests.soFar(server.client)
                        .since(before, "inferencedeployments", "deployments/status", "events");
                System.out.printf(
                        Locale.ROOT,
                        "Ready, its measurement begun: %.2f writes each, %d MiB live, %d MiB resident at most; %s%n",
                        written.total() / (double) size,
                        operator.liveHeap(),
                        operator.mostResident(),
                        written.byKind());
            }
            ApiRequests before = ApiRequests.soFar(server.client);
            long start = System.nanoTime();
            try (OperatorProcess again = OperatorProcess.start(kubeconfig, HEAP)) {
                while (again.metric("kilter_operator_reconciles_total") < 2 * size) {
                    World.pause(50);
                }
                double seconds = (System.nanoTime() - start) / 1e9;
                World.pause(5000);
                ApiRequests written = ApiRequests.soFar(server.client).since(before);
                System.out.printf(
                        Locale.ROOT,
                        "restart: all looked at after %.1f s, %d writes %s%n",
                        seconds,
                        written.total(),
                        written.byKind());
            }
            return loop;
        }
    }

    /** @return seconds until the last write */
    private static double settle(OperatorProcess operator, BooleanSupplier done, long start) throws Exception {
        double writes = -1;
        long last = start;
        while (System.nanoTime() - last < 5_000_000_000L || !done.getAsBoolean()) {
            double now = operator.metric("kilter_operator_writes_total");
            if (now != writes) {
                writes = now;
                last = System.nanoTime();
            }
            World.pause(100);
        }
        return (last - start) / 1e9;
    }

    private static void bare(BareLoop loop, int size, int namespaces) throws Exception {
        try (ApiServer server = ApiServer.start()) {
            server.client.resource(Examples.CPU).serverSideApply();
            new Fleet(server.client, size, namespaces, 1).prepare();
            ApiRequests before = ApiRequests.soFar(server.client);
            long start = System.nanoTime();
            loop.run(server.client);
            double seconds = (System.nanoTime() - start) / 1e9;
            ApiRequests written = ApiRequests.soFar(server.client).since(before, "inferencedeployments", "events");
            System.out.printf(
                    Locale.ROOT, "bare loop: %.1f s, %.2f writes each%n", seconds, written.total() / (double) size);
        }
    }
}

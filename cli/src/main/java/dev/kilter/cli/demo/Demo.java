package dev.kilter.cli.demo;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.cli.UserError;
import dev.kilter.cli.load.HttpTarget;
import dev.kilter.cli.load.LoadGenerator;
import dev.kilter.cli.load.LoadStatistics;
import dev.kilter.cli.load.PoissonArrivals;
import dev.kilter.cli.load.RateCurve;
import dev.kilter.cli.load.SampleRequests;
import dev.kilter.cli.local.LocalMachine;
import dev.kilter.cli.local.LocalRun;
import dev.kilter.cli.view.Snapshot;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Drives a run with load that rises and falls, and shows it. */
public final class Demo {

    private static final long SEED = 20_260_101;
    private static final int MAX_IN_FLIGHT = 2000;
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    /** Long enough for the first compilation of client, gateway and replica; offered at the quiet rate, not counted. */
    private static final Duration WARM_UP = Duration.ofSeconds(4);

    private final LocalRun run;
    private final LocalMachine machine;
    private final InstantSource clock;

    public Demo(LocalRun run, LocalMachine machine, InstantSource clock) {
        this.run = run;
        this.machine = machine;
        this.clock = clock;
    }

    /** How much load there will be, and why, in a sentence. */
    public String intent(Duration duration) {
        return plan(duration).reason() + "; before it " + WARM_UP.toSeconds() + " s of warm-up, not counted";
    }

    /**
     * Offers the load and shows it as it goes.
     *
     * @param show called some times a second
     * @return the lines of the summary; shorter than asked for if the thread is interrupted, which ends the load
     */
    public List<String> play(Duration duration, Consumer<Snapshot> show) throws InterruptedException {
        InferenceDeploymentSpec spec = run.deployment().getSpec();
        LoadStatistics statistics = statistics(spec);
        RateCurve curve = plan(duration).curve();
        PoissonArrivals arrivals = new PoissonArrivals(curve, duration, SEED);
        try (HttpTarget target = new HttpTarget(run.port(), run.name(), requests(), TIMEOUT)) {
            RateCurve quiet = new RateCurve(List.of(new RateCurve.Point(0, curve.at(0))));
            new LoadGenerator(new PoissonArrivals(quiet, WARM_UP, SEED), target, statistics(spec), MAX_IN_FLIGHT)
                    .run(TIMEOUT.toNanos());
            LoadGenerator generator = new LoadGenerator(arrivals, target, statistics, MAX_IN_FLIGHT);
            Instant began = clock.instant();
            Observer observer = new Observer(run, machine, generator, statistics, duration, began);
            Thread load = Thread.ofPlatform().name("load").daemon().start(() -> offer(generator));
            Snapshot last = observer.observe(clock.instant());
            try {
                while (!load.join(Observer.PERIOD)) {
                    last = observer.observe(clock.instant());
                    show.accept(last);
                }
            } catch (InterruptedException e) {
                // Ctrl-C: no new requests, an honest summary of what was, and the caller drains.
                generator.stop();
                load.join(TIMEOUT);
            }
            last = observer.observe(clock.instant());
            return Summary.of(last, statistics.sample(), observer.replicas(), Optional.empty());
        }
    }

    private static LoadStatistics statistics(InferenceDeploymentSpec spec) {
        return new LoadStatistics((long) (Observer.sloMillis(spec) * 1e6), Observer.WINDOW);
    }

    private static void offer(LoadGenerator generator) {
        try {
            generator.run(TIMEOUT.toNanos());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private LoadPlan plan(Duration duration) {
        return LoadPlan.of(duration, Observer.capacity(run.plan()), run.mostReplicas());
    }

    private List<String> requests() throws InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + run.port() + "/v2/models/" + run.name());
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpResponse<String> metadata = client.send(
                    HttpRequest.newBuilder(uri).timeout(TIMEOUT).build(), HttpResponse.BodyHandlers.ofString());
            if (metadata.statusCode() != 200) {
                throw new UserError(uri + ": status " + metadata.statusCode() + ", " + metadata.body());
            }
            return SampleRequests.of(new ObjectMapper().readTree(metadata.body()));
        } catch (IOException e) {
            throw new UserError(uri + ": " + e.getMessage(), e);
        }
    }
}

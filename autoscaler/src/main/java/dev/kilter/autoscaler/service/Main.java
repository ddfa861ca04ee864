package dev.kilter.autoscaler.service;

import dev.kilter.autoscaler.LoopRunner;
import dev.kilter.autoscaler.kubernetes.PodAddress;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.time.InstantSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts the autoscaler; SIGTERM gives the lease up and ends it. */
public final class Main {

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    /** Takes no arguments: see {@link Settings}. */
    public static void main(String[] args) {
        try {
            Settings settings = Settings.from(System.getenv());
            LOG.info("Starting with {}", settings);
            KubernetesClient client = new KubernetesClientBuilder().build();
            AutoscalerService service = AutoscalerService.start(
                    client, settings, PodAddress.byIp(), InstantSource.system(), LoopRunner.PERIOD, Main::exit);
            Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().unstarted(service::close));
        } catch (RuntimeException e) {
            LOG.error("Cannot start: {} (are the CRDs applied, and may this account list them?)", e.getMessage(), e);
            Runtime.getRuntime().halt(1);
        }
    }

    /** Another one leads now: only a new process may stand again, with nothing remembered. */
    private static void exit() {
        LOG.error("Leadership is lost; the process ends");
        Runtime.getRuntime().halt(1);
    }
}

package dev.kilter.autoscaler.service;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderElectionConfigBuilder;
import io.fabric8.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One autoscaler at a time, by a lease. */
public final class Leadership implements AutoCloseable {

    /** The lease's name. */
    public static final String LEASE = "kilter-autoscaler";

    private static final Logger LOG = LoggerFactory.getLogger(Leadership.class);

    private final CompletableFuture<?> election;

    private Leadership(CompletableFuture<?> election) {
        this.election = election;
    }

    /**
     * Stands for election until closed.
     *
     * @param won called once, on a thread of the client's
     * @param lost called when the lease could not be renewed in time: whoever leads must stop writing at once
     */
    public static Leadership seek(
            KubernetesClient client, String namespace, String identity, Runnable won, Runnable lost) {
        LeaderCallbacks callbacks = new LeaderCallbacks(won, lost, Leadership::tell);
        return new Leadership(client.leaderElector()
                .withConfig(new LeaderElectionConfigBuilder()
                        .withName(LEASE)
                        .withLock(new LeaseLock(namespace, LEASE, identity))
                        .withLeaseDuration(Duration.ofSeconds(15))
                        .withRenewDeadline(Duration.ofSeconds(10))
                        .withRetryPeriod(Duration.ofSeconds(2))
                        .withReleaseOnCancel(true)
                        .withLeaderCallbacks(callbacks)
                        .build())
                .build()
                .start());
    }

    /** The client tells of a lease that was given up as of one held by nobody. */
    private static void tell(String leader) {
        if (leader != null && !leader.isBlank()) {
            LOG.info("{} leads", leader);
        }
    }

    /** Gives the lease up, so that the next one need not wait for it to run out. */
    @Override
    public void close() {
        election.cancel(true);
    }
}

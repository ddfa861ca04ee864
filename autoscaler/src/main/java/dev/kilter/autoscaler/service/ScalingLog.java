package dev.kilter.autoscaler.service;

import dev.kilter.autoscaler.Decided;
import dev.kilter.autoscaler.DeploymentKey;
import dev.kilter.autoscaler.ScaleWriter;
import dev.kilter.autoscaler.ScalingListener;
import dev.kilter.core.scaling.Decision;
import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each scaling, and one when the metrics go or come back. */
public final class ScalingLog implements ScalingListener {

    private static final Logger LOG = LoggerFactory.getLogger(ScalingLog.class);

    private final Set<DeploymentKey> holding = new HashSet<>();

    @Override
    public void decided(Decided decided) {
        for (Decision.Pool pool : decided.decision().pools()) {
            ScaleWriter.Outcome outcome = decided.writes().get(pool.name());
            if (outcome != null) {
                LOG.info(
                        "{}: {} from {} to {}: {} ({})",
                        decided.key(),
                        pool.name(),
                        pool.from(),
                        pool.to(),
                        pool.reason(),
                        told(outcome));
            }
        }
        if (decided.decision().held() && holding.add(decided.key())) {
            LOG.warn(
                    "{}: last counts are held: {}",
                    decided.key(),
                    String.join("; ", decided.decision().reasons()));
        } else if (!decided.decision().held() && holding.remove(decided.key())) {
            LOG.info("{}: metrics are back", decided.key());
        }
    }

    private static String told(ScaleWriter.Outcome outcome) {
        return switch (outcome) {
            case ScaleWriter.Outcome.Written() -> "written";
            case ScaleWriter.Outcome.Conflict(String reason) -> "not written: " + reason;
            case ScaleWriter.Outcome.Failed(String reason) -> "not written: " + reason;
        };
    }
}

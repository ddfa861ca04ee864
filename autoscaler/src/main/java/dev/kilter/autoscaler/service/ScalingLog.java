package dev.kilter.autoscaler.service;

import dev.kilter.autoscaler.Decided;
import dev.kilter.autoscaler.GpuFaults;
import dev.kilter.autoscaler.Holding;
import dev.kilter.autoscaler.ScaleWriter;
import dev.kilter.autoscaler.ScalingListener;
import dev.kilter.core.scaling.Decision;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One line for each scaling, one when the metrics go or come back, and one when a GPU is at fault. */
public final class ScalingLog implements ScalingListener {

    private static final Logger LOG = LoggerFactory.getLogger(ScalingLog.class);

    private final Holding holding = new Holding();
    private final GpuFaults gpuFaults = new GpuFaults();

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
                        decided.reason(pool),
                        told(outcome));
            }
        }
        switch (holding.observe(decided)) {
            case BEGAN ->
                LOG.warn(
                        "{}: last counts are held: {}",
                        decided.key(),
                        String.join("; ", decided.decision().reasons()));
            case ENDED -> LOG.info("{}: metrics are back", decided.key());
            case NONE -> {}
        }
        gpuFaults.observe(decided).forEach(fault -> LOG.warn("{}: {}", decided.key(), fault));
    }

    private static String told(ScaleWriter.Outcome outcome) {
        return switch (outcome) {
            case ScaleWriter.Outcome.Written() -> "written";
            case ScaleWriter.Outcome.Conflict(String reason) -> "not written: " + reason;
            case ScaleWriter.Outcome.Failed(String reason) -> "not written: " + reason;
        };
    }
}

package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import java.util.List;

/**
 * What a process serves, and whether that may change while it does.
 *
 * @param repository where models come from
 * @param engine how batches are run
 * @param atStart the models to load at the start
 * @param startNeedsAll whether one of them that cannot be loaded ends the start; else it is told, and the others serve
 * @param control whether clients may load and unload
 */
public record Hosting(
        ModelRepository repository,
        RuntimeConfig.Engine engine,
        List<String> atStart,
        boolean startNeedsAll,
        boolean control) {

    /** The switch that {@code control} is, as messages name it. */
    public static final String CONTROL_SWITCH = "--model-control explicit";

    public Hosting {
        atStart = List.copyOf(atStart);
    }

    /** All models of the configuration, or none. */
    public static Hosting of(RuntimeConfig config, boolean control) {
        ModelRepository repository = ModelRepository.of(config);
        return new Hosting(repository, config.engine(), repository.names(), true, control);
    }
}

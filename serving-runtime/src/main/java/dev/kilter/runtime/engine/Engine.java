package dev.kilter.runtime.engine;

/** Makes model files runnable. */
public interface Engine {

    /**
     * Loads one instance; blocks for as long as that takes.
     *
     * @throws EngineException if the file is no model that this engine runs; the message names the file
     */
    LoadedModel load(ModelFile file, EngineOptions options) throws EngineException;
}

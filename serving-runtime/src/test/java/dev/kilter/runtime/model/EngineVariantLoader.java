package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.Engine;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.EngineOptions;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.ModelFile;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Loads every variant by one engine, without any file. */
record EngineVariantLoader(Engine engine) implements VariantLoader {

    @Override
    public ResidentVariant load(
            RuntimeConfig.Model model,
            RuntimeConfig.Variant variant,
            RuntimeConfig.Engine options,
            Consumer<String> progress)
            throws ModelLoadException {
        List<LoadedModel> instances = new ArrayList<>();
        try {
            for (int i = 0; i < options.instances(); i++) {
                ModelFile file = new ModelFile(URI.create(variant.uri()), Path.of(""), "sha256:none");
                instances.add(engine.load(file, new EngineOptions(options.provider(), options.threads())));
            }
        } catch (EngineException e) {
            throw new ModelLoadException(e.getMessage(), e);
        }
        return new ResidentVariant(variant.name(), "sha256:none", 0, instances);
    }
}

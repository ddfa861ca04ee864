package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import java.util.List;

/** Where models are found by their names. May read a disk; asked anew for each load. */
public interface ModelRepository {

    /** The models that are there now. */
    List<String> names();

    /** The versions of that model to serve, oldest first; none if there is no such model. */
    List<ModelVersion> find(String name);

    /** The models of a configuration, which never change. */
    static ModelRepository of(RuntimeConfig config) {
        return new ModelRepository() {
            @Override
            public List<String> names() {
                return config.models().stream().map(RuntimeConfig.Model::name).toList();
            }

            @Override
            public List<ModelVersion> find(String name) {
                return config.models().stream()
                        .filter(model -> model.name().equals(name))
                        .map(ModelVersion::only)
                        .toList();
            }
        };
    }
}

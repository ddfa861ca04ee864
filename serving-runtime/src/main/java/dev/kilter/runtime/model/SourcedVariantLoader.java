package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.EmulatedCurve;
import dev.kilter.runtime.engine.EmulatedEngine;
import dev.kilter.runtime.engine.Engine;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.EngineOptions;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.engine.ModelFile;
import dev.kilter.runtime.engine.Pooling;
import dev.kilter.runtime.engine.TextEmbedding;
import dev.kilter.runtime.engine.TextEmbeddingModel;
import dev.kilter.runtime.source.FetchedFile;
import dev.kilter.runtime.source.ModelStore;
import dev.kilter.runtime.source.ModelUri;
import dev.kilter.runtime.source.Sha256;
import dev.kilter.runtime.source.SourceException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Fetches a variant's files and loads them by the engine that its URI asks for, with the face of the model's task. */
public final class SourcedVariantLoader implements VariantLoader {

    private static final Logger LOG = LoggerFactory.getLogger(SourcedVariantLoader.class);
    private static final RuntimeConfig.Embedding DEFAULT_EMBEDDING =
            new RuntimeConfig.Embedding(Optional.empty(), "Mean", true, 256);

    private final ModelStore store;
    private final Supplier<Engine> engine;

    /** @param engine what runs everything that is not emulated; asked for on the first such variant */
    public SourcedVariantLoader(ModelStore store, Supplier<Engine> engine) {
        this.store = store;
        this.engine = engine;
    }

    @Override
    public ResidentVariant load(
            RuntimeConfig.Model model,
            RuntimeConfig.Variant variant,
            RuntimeConfig.Engine options,
            Consumer<String> progress)
            throws ModelLoadException {
        try {
            ModelUri uri = ModelUri.parse(variant.uri());
            Consumer<String> told = progress.andThen(text -> LOG.info("{}: {}", uri, text));
            return uri.scheme().equals(EmulatedCurve.SCHEME)
                    ? emulated(model, variant, options, uri, told)
                    : real(model, variant, options, uri, told);
        } catch (SourceException | EngineException e) {
            throw new ModelLoadException(
                    "model " + model.name() + " variant " + variant.name() + ": " + e.getMessage(), e);
        }
    }

    private ResidentVariant emulated(
            RuntimeConfig.Model model,
            RuntimeConfig.Variant variant,
            RuntimeConfig.Engine options,
            ModelUri uri,
            Consumer<String> told)
            throws EngineException {
        told.accept("emulated: no model is run, no time is real");
        String digest = Sha256.of(variant.uri());
        ModelFile file = new ModelFile(uri.value(), Path.of(""), digest);
        boolean embedding = model.task().equals(TextEmbedding.TASK);
        Engine emulator = new EmulatedEngine(embedding, RandomGenerator.getDefault());
        return resident(variant, digest, 0, options, () -> emulator.load(file, options(options)));
    }

    private ResidentVariant real(
            RuntimeConfig.Model model,
            RuntimeConfig.Variant variant,
            RuntimeConfig.Engine options,
            ModelUri uri,
            Consumer<String> told)
            throws SourceException, EngineException {
        long start = System.nanoTime();
        told.accept("fetching");
        FetchedFile fetched = store.fetch(uri, variant.digest(), told);
        ModelFile file = new ModelFile(uri.printable(), fetched.path(), fetched.digest());
        if (!model.task().equals(TextEmbedding.TASK)) {
            told.accept("loading");
            return resident(
                    variant,
                    fetched.digest(),
                    seconds(start),
                    options,
                    () -> engine.get().load(file, options(options)));
        }
        RuntimeConfig.Embedding embedding = model.embedding().orElse(DEFAULT_EMBEDDING);
        Path tokenizer = tokenizer(uri, embedding, told);
        double fetchSeconds = seconds(start);
        told.accept("loading");
        TextEmbeddingModel.Settings settings = new TextEmbeddingModel.Settings(
                Pooling.of(embedding.pooling()), embedding.normalize(), embedding.maxTokens());
        return resident(
                variant,
                fetched.digest(),
                fetchSeconds,
                options,
                () -> new TextEmbeddingModel(engine.get().load(file, options(options)), tokenizer, settings));
    }

    private Path tokenizer(ModelUri model, RuntimeConfig.Embedding embedding, Consumer<String> told)
            throws SourceException {
        if (embedding.tokenizerUri().isPresent()) {
            ModelUri uri = ModelUri.parse(embedding.tokenizerUri().get());
            return store.fetch(uri, Optional.empty(), told).path();
        }
        String stem = model.fileName().replaceFirst("\\.[^.]*$", "");
        List<ModelUri> candidates = List.of(model.sibling(stem + "-tokenizer.json"), model.sibling("tokenizer.json"));
        for (ModelUri candidate : candidates) {
            try {
                return store.fetch(candidate, Optional.empty(), told).path();
            } catch (SourceException e) {
                boolean absent = e.kind() == SourceException.Kind.NOT_FOUND
                        // a bucket that may not be listed answers so for what is not there
                        || e.kind() == SourceException.Kind.FORBIDDEN;
                if (!absent) {
                    throw e;
                }
            }
        }
        throw new SourceException(
                SourceException.Kind.NOT_FOUND,
                "no tokenizer beside the model (expected: " + candidates.getFirst() + " or " + candidates.getLast()
                        + "); put it there or name it in embedding.tokenizerUri");
    }

    private static double seconds(long startNanos) {
        return (System.nanoTime() - startNanos) / 1e9;
    }

    private static EngineOptions options(RuntimeConfig.Engine engine) {
        return new EngineOptions(engine.provider(), engine.threads());
    }

    /** Makes one instance. */
    private interface Instance {
        LoadedModel load() throws EngineException;
    }

    private static ResidentVariant resident(
            RuntimeConfig.Variant variant,
            String digest,
            double fetchSeconds,
            RuntimeConfig.Engine engine,
            Instance instance)
            throws EngineException {
        List<LoadedModel> instances = new ArrayList<>();
        try {
            for (int i = 0; i < engine.instances(); i++) {
                instances.add(instance.load());
            }
        } catch (EngineException e) {
            instances.forEach(LoadedModel::close);
            throw e;
        }
        return new ResidentVariant(variant.name(), digest, fetchSeconds, instances);
    }
}

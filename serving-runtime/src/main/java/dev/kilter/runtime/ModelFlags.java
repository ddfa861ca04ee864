package dev.kilter.runtime;

import dev.kilter.protocol.Json;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.engine.EmulatedCurve;
import dev.kilter.runtime.engine.Engine;
import dev.kilter.runtime.engine.NativeLibraries;
import dev.kilter.runtime.engine.djl.DjlEngine;
import dev.kilter.runtime.engine.ort.OrtEngine;
import dev.kilter.runtime.model.ConfigCheck;
import dev.kilter.runtime.model.SourcedVariantLoader;
import dev.kilter.runtime.model.VariantLoader;
import dev.kilter.runtime.profile.MeasuredThreads;
import dev.kilter.runtime.source.ModelStore;
import dev.kilter.runtime.source.ModelUri;
import dev.kilter.runtime.source.SourceException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import picocli.CommandLine.Option;

/** Which models: by flags for people, by the environment in a pod. */
public final class ModelFlags {

    private static final String ENGINE_ENVIRONMENT = "KILTER_ENGINE";
    private static final String ONNX_RUNTIME = "onnxruntime";

    @Option(names = "--model", paramLabel = "URI", description = "A model: file:, https:, s3:, maven: or emulated:.")
    private String model;

    @Option(names = "--name", paramLabel = "NAME", description = "Its name in requests; default: from the file's name.")
    private String name;

    @Option(names = "--task", paramLabel = "TASK", description = "tensor or text-embedding; default: ${DEFAULT-VALUE}.")
    private String task = "tensor";

    @Option(names = "--max-batch-size", paramLabel = "N", description = "Largest batch; default: ${DEFAULT-VALUE}.")
    private int maxBatchSize = 16;

    @Option(
            names = "--threads",
            paramLabel = "N",
            description = "Threads of the engine; default: as many as measuring recommends.")
    private int threads = RuntimeConfig.Engine.MEASURED_THREADS;

    /**
     * The configuration, checked.
     *
     * @throws StartException if there is none, or with every fault of it
     */
    public RuntimeConfig config(Map<String, String> environment) throws StartException {
        RuntimeConfig config = model == null ? fromEnvironment(environment) : fromFlags();
        List<String> faults = ConfigCheck.faults(config);
        if (!faults.isEmpty()) {
            throw new StartException(ExitCode.USAGE, String.join("\n", faults));
        }
        return config;
    }

    /** What fetches and loads. Needs no network and no native library until it is asked to load. */
    public static VariantLoader loader(Map<String, String> environment) throws StartException {
        return measuring(environment, cache(environment));
    }

    /** The same; numbers of threads that an earlier start has measured are taken from the model cache. */
    static VariantLoader keepingLoader(Map<String, String> environment) throws StartException {
        Path cache = cache(environment);
        String engine = environment.getOrDefault(ENGINE_ENVIRONMENT, ONNX_RUNTIME) + " " + OrtEngine.version();
        return measuring(environment, cache).keeping(cache.resolve("threads"), engine);
    }

    private static MeasuredThreads measuring(Map<String, String> environment, Path cache) throws StartException {
        Optional<String> maven = Optional.ofNullable(environment.get(RuntimeConfig.MAVEN_REPOSITORY_ENVIRONMENT))
                .filter(repository -> !repository.isBlank());
        ModelStore store = new ModelStore(ModelStore.Settings.of(cache, maven));
        VariantLoader loader = new SourcedVariantLoader(store, engine(environment, cache));
        return new MeasuredThreads(loader, Runtime.getRuntime().availableProcessors(), System::nanoTime);
    }

    private static Path cache(Map<String, String> environment) {
        return Optional.ofNullable(environment.get(RuntimeConfig.CACHE_ENVIRONMENT))
                .map(Path::of)
                .orElseGet(() -> Path.of(System.getProperty("user.home"), ".cache", "kilter"));
    }

    /** What runs models; DJL is there for who needs it (decision 0044). */
    private static Supplier<Engine> engine(Map<String, String> environment, Path cache) throws StartException {
        return switch (environment.getOrDefault(ENGINE_ENVIRONMENT, ONNX_RUNTIME)) {
            case ONNX_RUNTIME -> {
                NativeLibraries libraries = libraries(environment, cache);
                yield () -> {
                    libraries.provide();
                    return new OrtEngine();
                };
            }
            case "djl" -> () -> new DjlEngine(cache);
            case String other ->
                throw new StartException(
                        ExitCode.USAGE, ENGINE_ENVIRONMENT + ": " + other + " (expected: onnxruntime or djl)");
        };
    }

    private static NativeLibraries libraries(Map<String, String> environment, Path cache) {
        Optional<Path> unpacked = Optional.ofNullable(environment.get(NativeLibraries.ENVIRONMENT))
                .map(Path::of);
        return new NativeLibraries(unpacked, cache.resolve("native"));
    }

    /**
     * Brings the engine in on a thread of its own, while logging and configuration keep another core busy; whoever
     * loads first waits for it. Does nothing where another engine is asked for, or, as far as that can be told from the
     * mere words, none is needed.
     */
    static void prepareEngine(Map<String, String> environment, String... words) {
        boolean emulated = Stream.concat(
                        Stream.of(words), Stream.ofNullable(environment.get(RuntimeConfig.ENVIRONMENT)))
                .anyMatch(word -> word.contains(EmulatedCurve.SCHEME + ":"));
        if (!emulated
                && environment.getOrDefault(ENGINE_ENVIRONMENT, ONNX_RUNTIME).equals(ONNX_RUNTIME)) {
            Thread.ofPlatform().name("engine-library").daemon().start(() -> {
                libraries(environment, cache(environment)).provide();
                OrtEngine.prepare();
            });
        }
    }

    private static RuntimeConfig fromEnvironment(Map<String, String> environment) throws StartException {
        String json = environment.get(RuntimeConfig.ENVIRONMENT);
        if (json == null) {
            throw new StartException(
                    ExitCode.USAGE,
                    "no model: give --model URI or --model-repository DIR, or a configuration in the environment variable "
                            + RuntimeConfig.ENVIRONMENT);
        }
        String field = RuntimeConfig.ENVIRONMENT;
        try {
            RuntimeConfig config = Json.read(json, RuntimeConfig.class);
            field = RuntimeConfig.DIGESTS_ENVIRONMENT;
            String pinned = environment.get(field);
            return pinned == null ? config : config.pinnedTo(Json.read(pinned, Pins.class));
        } catch (IllegalArgumentException e) {
            throw new StartException(ExitCode.USAGE, field + ": " + e.getMessage());
        }
    }

    /** Digests by variant, as the pool's ConfigMap holds them. */
    private static final class Pins extends HashMap<String, String> {
        private static final long serialVersionUID = 1L;
    }

    /**
     * What the flags say of any model, for those that are found in a folder.
     *
     * @throws StartException if they name one themselves
     */
    RuntimeConfig defaults() throws StartException {
        if (model != null || name != null) {
            throw new StartException(
                    ExitCode.USAGE,
                    (model != null ? "--model: " + model : "--name: " + name)
                            + " (expected: left out beside --model-repository, whose folders name the models)");
        }
        return config("any", "file:///model.onnx");
    }

    private RuntimeConfig fromFlags() throws StartException {
        return config(name == null ? nameOf(model) : name, model);
    }

    private RuntimeConfig config(String called, String uri) {
        String variant = "default";
        RuntimeConfig.Model served = new RuntimeConfig.Model(
                called,
                task,
                List.of(new RuntimeConfig.Variant(variant, uri, Optional.empty(), "fp32")),
                variant,
                maxBatchSize,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        return new RuntimeConfig(List.of(served), new RuntimeConfig.Engine("CPU", 1, threads));
    }

    private static String nameOf(String model) throws StartException {
        try {
            String file = ModelUri.parse(model).fileName().replaceFirst("\\.[^.]*$", "");
            return file.isEmpty() || file.startsWith("?") ? "model" : file;
        } catch (SourceException e) {
            throw new StartException(ExitCode.USAGE, "--model: " + e.getMessage());
        }
    }
}

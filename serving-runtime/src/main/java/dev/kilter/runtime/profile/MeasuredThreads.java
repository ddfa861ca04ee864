package dev.kilter.runtime.profile;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.engine.EmulatedCurve;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.model.ModelLoadException;
import dev.kilter.runtime.model.ResidentVariant;
import dev.kilter.runtime.model.VariantLoader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Loads a variant with as many intra-op threads as measuring recommends, where the configuration leaves them to it
 * ({@link RuntimeConfig.Engine#MEASURED_THREADS}): tries 1, 2, 4, … and all cores, for about {@value #TRIAL_MILLIS} ms
 * each beside loading, and at least for a few batches of one.
 *
 * @param cores that instances share
 * @param clock nanoseconds
 */
public record MeasuredThreads(VariantLoader loader, int cores, LongSupplier clock) implements VariantLoader {

    /** More has helped no model that serves one batch at a time. */
    private static final int MOST = 8;

    private static final long TRIAL_MILLIS = 150;

    @Override
    public ResidentVariant load(
            RuntimeConfig.Model model,
            RuntimeConfig.Variant variant,
            RuntimeConfig.Engine engine,
            Consumer<String> progress)
            throws ModelLoadException, InterruptedException {
        if (engine.threads() != RuntimeConfig.Engine.MEASURED_THREADS) {
            return loader.load(model, variant, engine, progress);
        }
        ThreadChoice choice = choice(model, variant, engine, progress);
        progress.accept(choice.reason());
        return loader.load(model, variant, with(engine, engine.instances(), choice.threads()), progress);
    }

    private ThreadChoice choice(
            RuntimeConfig.Model model,
            RuntimeConfig.Variant variant,
            RuntimeConfig.Engine engine,
            Consumer<String> progress)
            throws ModelLoadException, InterruptedException {
        List<Integer> candidates = candidates(Math.max(1, cores / engine.instances()));
        if (candidates.size() == 1 || variant.uri().startsWith(EmulatedCurve.SCHEME + ":")) {
            return new ThreadChoice(1, "threads: 1, as there is nothing to choose");
        }
        SortedMap<Integer, List<RuntimeLoad.CurvePoint>> measured = new TreeMap<>();
        for (int threads : candidates) {
            ResidentVariant trial = loader.load(model, variant, with(engine, 1, threads), progress);
            try (LoadedModel instance = trial.instances().getFirst()) {
                measured.put(threads, curve(instance, model.maxBatchSize()));
            } catch (EngineException e) { // a guessed input may not suit the model; warm-up judges that
                return new ThreadChoice(1, "threads: 1, not measured: " + e.getMessage());
            }
        }
        return ThreadChoice.of(measured);
    }

    private List<RuntimeLoad.CurvePoint> curve(LoadedModel instance, int maxBatchSize) throws EngineException {
        List<Integer> sizes = ServiceTimes.sizes(instance, maxBatchSize);
        return ServiceTimes.measure(instance, sizes, Duration.ofMillis(TRIAL_MILLIS), clock);
    }

    private static List<Integer> candidates(int cores) {
        int most = Math.min(cores, MOST);
        List<Integer> candidates = new ArrayList<>();
        for (int threads = 1; threads < most; threads *= 2) {
            candidates.add(threads);
        }
        candidates.add(most);
        return candidates;
    }

    private static RuntimeConfig.Engine with(RuntimeConfig.Engine engine, int instances, int threads) {
        return new RuntimeConfig.Engine(engine.provider(), instances, threads);
    }
}

package dev.kilter.runtime.profile;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.engine.EmulatedCurve;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.model.ModelLoadException;
import dev.kilter.runtime.model.ResidentVariant;
import dev.kilter.runtime.model.VariantLoader;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads a variant with as many intra-op threads as measuring recommends, where the configuration leaves them to it
 * ({@link RuntimeConfig.Engine#MEASURED_THREADS}): tries 1, 2, 4, … and all cores, for about {@value #TRIAL_MILLIS} ms
 * each beside loading, and at least for a few batches of one. What an earlier start has chosen for the same model on
 * the same machine is taken at once, where choices are kept.
 */
public final class MeasuredThreads implements VariantLoader {

    private static final Logger LOG = LoggerFactory.getLogger(MeasuredThreads.class);

    /** More has helped no model that serves one batch at a time. */
    private static final int MOST = 8;

    private static final long TRIAL_MILLIS = 150;

    private final VariantLoader loader;
    private final int cores;
    private final LongSupplier clock;
    private final Optional<KeptChoices> kept;

    /**
     * Measures at every load.
     *
     * @param cores that instances share
     * @param clock nanoseconds
     */
    public MeasuredThreads(VariantLoader loader, int cores, LongSupplier clock) {
        this(loader, cores, clock, Optional.empty());
    }

    private MeasuredThreads(VariantLoader loader, int cores, LongSupplier clock, Optional<KeptChoices> kept) {
        this.loader = loader;
        this.cores = cores;
        this.clock = clock;
        this.kept = kept;
    }

    /**
     * The same, measuring once.
     *
     * @param folder where choices are kept from one process to the next
     * @param engine name and version of what runs models
     */
    public MeasuredThreads keeping(Path folder, String engine) {
        String machine = Processor.kind() + ", " + engine;
        return new MeasuredThreads(loader, cores, clock, Optional.of(new KeptChoices(folder, machine)));
    }

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
        List<Integer> candidates = candidates(Math.max(1, cores / engine.instances()));
        if (candidates.size() == 1 || variant.uri().startsWith(EmulatedCurve.SCHEME + ":")) {
            tell(progress, "threads: 1, as there is nothing to choose");
            return loader.load(model, variant, with(engine, engine.instances(), 1), progress);
        }
        KeptChoices.Asked asked = KeptChoices.Asked.of(model, variant, engine, cores);
        Optional<KeptChoices.Kept> earlier = kept.flatMap(choices -> choices.find(asked));
        if (earlier.isPresent()) {
            Optional<ResidentVariant> same = asBefore(model, variant, engine, earlier.get(), progress);
            if (same.isPresent()) {
                return same.get();
            }
        }
        ThreadChoice choice = measured(asked, candidates, model, variant, engine, progress);
        tell(progress, choice.reason());
        return loader.load(model, variant, with(engine, engine.instances(), choice.threads()), progress);
    }

    /** Loaded as an earlier start has chosen; empty if it turns out to be another model than that one had. */
    private Optional<ResidentVariant> asBefore(
            RuntimeConfig.Model model,
            RuntimeConfig.Variant variant,
            RuntimeConfig.Engine engine,
            KeptChoices.Kept choice,
            Consumer<String> progress)
            throws ModelLoadException, InterruptedException {
        ResidentVariant loaded =
                loader.load(model, variant, with(engine, engine.instances(), choice.threads()), progress);
        if (loaded.digest().equals(choice.digest())) {
            tell(progress, choice.reason() + "; measured by an earlier start");
            return Optional.of(loaded);
        }
        loaded.instances().forEach(LoadedModel::close);
        tell(progress, "another model than an earlier start chose threads for, so they are measured anew");
        return Optional.empty();
    }

    private ThreadChoice measured(
            KeptChoices.Asked asked,
            List<Integer> candidates,
            RuntimeConfig.Model model,
            RuntimeConfig.Variant variant,
            RuntimeConfig.Engine engine,
            Consumer<String> progress)
            throws ModelLoadException, InterruptedException {
        SortedMap<Integer, List<RuntimeLoad.CurvePoint>> measured = new TreeMap<>();
        String digest = "";
        for (int threads : candidates) {
            ResidentVariant trial = loader.load(model, variant, with(engine, 1, threads), progress);
            digest = trial.digest();
            try (LoadedModel instance = trial.instances().getFirst()) {
                measured.put(threads, curve(instance, model.maxBatchSize()));
            } catch (EngineException e) { // a guessed input may not suit the model; warm-up judges that
                return new ThreadChoice(1, "threads: 1, not measured: " + e.getMessage());
            }
        }
        ThreadChoice choice = ThreadChoice.of(measured);
        if (kept.isPresent()) {
            kept.get().keep(asked, digest, choice);
        }
        return choice;
    }

    private static void tell(Consumer<String> progress, String sentence) {
        LOG.info("{}", sentence);
        progress.accept(sentence);
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

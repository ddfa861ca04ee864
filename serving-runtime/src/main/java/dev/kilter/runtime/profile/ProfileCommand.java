package dev.kilter.runtime.profile;

import dev.kilter.protocol.Json;
import dev.kilter.protocol.ProfileReport;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.ExitCode;
import dev.kilter.runtime.LastWords;
import dev.kilter.runtime.ModelFlags;
import dev.kilter.runtime.StartException;
import dev.kilter.runtime.engine.EngineException;
import dev.kilter.runtime.engine.LoadedModel;
import dev.kilter.runtime.model.ModelLoadException;
import dev.kilter.runtime.model.ResidentVariant;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Measures the first model's active variant and tells it as {@link ProfileReport}: to stdout, and as last words. */
@Command(name = "profile", description = "Measures a model on this machine.", mixinStandardHelpOptions = true)
public final class ProfileCommand implements Callable<Integer> {

    /** Seconds to measure for; {@value #DEFAULT_BUDGET} where it is missing. */
    public static final String BUDGET_ENVIRONMENT = "KILTER_PROFILE_BUDGET_SECONDS";

    private static final String DEFAULT_BUDGET = "60";
    private static final Logger LOG = LoggerFactory.getLogger(ProfileCommand.class);

    @Mixin
    private ModelFlags flags = new ModelFlags();

    @Option(names = "--budget", paramLabel = "SECONDS", description = "How long to measure; default: 60.")
    private String budget;

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws StartException, InterruptedException {
        Map<String, String> environment = System.getenv();
        RuntimeConfig config = flags.config(environment);
        Duration time = budgetOf(environment);
        RuntimeConfig.Model model = config.models().getFirst();
        RuntimeConfig.Variant variant = model.variants().stream()
                .filter(v -> v.name().equals(model.activeVariant()))
                .findFirst()
                .orElseThrow();
        RuntimeConfig.Engine one = new RuntimeConfig.Engine(
                config.engine().provider(), 1, config.engine().threads());
        try {
            ResidentVariant resident =
                    ModelFlags.loader(environment).load(model, variant, one, _ -> {}); // the loader logs its progress
            try (LoadedModel instance = resident.instances().getFirst()) {
                tell(report(resident, instance, model.maxBatchSize(), time));
            }
            return ExitCode.OK;
        } catch (ModelLoadException e) {
            throw new StartException(ExitCode.MODEL, e.getMessage());
        } catch (EngineException e) {
            throw new StartException(
                    ExitCode.MODEL, "model " + model.name() + " variant " + variant.name() + ": " + e.getMessage());
        }
    }

    private static ProfileReport report(
            ResidentVariant resident, LoadedModel instance, int maxBatchSize, Duration budget) throws EngineException {
        long started = ManagementFactory.getRuntimeMXBean().getStartTime();
        double ready = (System.currentTimeMillis() - started) / 1e3 - resident.fetchSeconds();
        List<Integer> sizes = ServiceTimes.sizes(instance, maxBatchSize);
        LOG.info("measuring batches of {} for about {} s", sizes, budget.toSeconds());
        List<RuntimeLoad.CurvePoint> times = ServiceTimes.measure(instance, sizes, budget, System::nanoTime);
        return new ProfileReport(
                resident.name(), resident.digest(), instance.provider(), times, PeakMemory.bytes(), ready);
    }

    private void tell(ProfileReport report) {
        String json = Json.write(report);
        PrintWriter out = spec.commandLine().getOut();
        out.println(json);
        out.flush();
        LastWords.write(json);
    }

    private Duration budgetOf(Map<String, String> environment) throws StartException {
        String field = budget == null ? BUDGET_ENVIRONMENT : "--budget";
        String seconds = budget == null ? environment.getOrDefault(BUDGET_ENVIRONMENT, DEFAULT_BUDGET) : budget;
        if (!seconds.matches("\\d{1,5}(\\.\\d+)?")) {
            throw new StartException(ExitCode.USAGE, field + ": " + seconds + " (expected: seconds, 0..99999)");
        }
        return Duration.ofMillis(Math.round(Double.parseDouble(seconds) * 1000));
    }
}

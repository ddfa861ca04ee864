package dev.kilter.runtime.model;

import dev.kilter.protocol.RuntimeConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Tells every fault of a runtime configuration at once, each with its field, its value and what was expected. */
public final class ConfigCheck {

    static final double MAX_DELAY_MILLIS = 60_000;

    private static final int MAX_BATCH_SIZE = 1024;
    private static final Set<String> TASKS = Set.of("tensor", "text-embedding");
    private static final Set<String> PROVIDERS = Set.of("CPU", "CUDA", "TensorRT");

    private final List<String> faults = new ArrayList<>();

    private ConfigCheck() {}

    /** The faults; none if the configuration can be served. */
    public static List<String> faults(RuntimeConfig config) {
        ConfigCheck check = new ConfigCheck();
        check.config(config);
        return List.copyOf(check.faults);
    }

    /** Whether a model may be called so. */
    static boolean isName(String text) {
        return text.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,252}");
    }

    private void config(RuntimeConfig config) {
        expect(!config.models().isEmpty(), "models", "none", "at least one");
        Set<String> names = new HashSet<>();
        for (RuntimeConfig.Model model : config.models()) {
            String at = "models[" + model.name() + "]";
            expect(names.add(model.name()), at + ".name", model.name(), "each name once");
            model(at, model);
        }
        if (config.engine() == null) {
            expect(false, "engine", "missing", "provider, instances, threads");
            return;
        }
        RuntimeConfig.Engine engine = config.engine();
        expect(PROVIDERS.contains(engine.provider()), "engine.provider", engine.provider(), "one of " + PROVIDERS);
        expect(engine.instances() >= 1 && engine.instances() <= 64, "engine.instances", engine.instances(), "1..64");
        expect(
                engine.threads() >= 0 && engine.threads() <= 512,
                "engine.threads",
                engine.threads(),
                "1..512, or 0 for as many as measuring recommends");
    }

    private void model(String at, RuntimeConfig.Model model) {
        expect(
                model.name() != null && isName(model.name()),
                at + ".name",
                model.name(),
                "letters, digits, '.', '_' and '-'");
        expect(TASKS.contains(model.task()), at + ".task", model.task(), "one of tensor, text-embedding");
        expect(!model.variants().isEmpty(), at + ".variants", "none", "at least one");
        Set<String> variants = new HashSet<>();
        for (RuntimeConfig.Variant variant : model.variants()) {
            String where = at + ".variants[" + variant.name() + "]";
            expect(variants.add(variant.name()), where + ".name", variant.name(), "each name once");
            expect(variant.uri() != null && !variant.uri().isBlank(), where + ".uri", variant.uri(), "a URI");
            variant.digest()
                    .ifPresent(digest -> expect(
                            digest.matches("sha256:[0-9a-f]{64}"),
                            where + ".digest",
                            digest,
                            "sha256: and 64 hex digits"));
        }
        expect(
                variants.contains(model.activeVariant()),
                at + ".activeVariant",
                model.activeVariant(),
                "one of " + variants);
        int batch = model.maxBatchSize();
        expect(batch >= 1 && batch <= MAX_BATCH_SIZE, at + ".maxBatchSize", batch, "1.." + MAX_BATCH_SIZE);
        model.maxDelayMillis()
                .ifPresent(ms -> expect(
                        ms >= 0 && ms <= MAX_DELAY_MILLIS,
                        at + ".maxDelayMillis",
                        ms,
                        "0.." + (long) MAX_DELAY_MILLIS));
        model.sloMillis().ifPresent(ms -> expect(ms > 0 && ms < 1e9, at + ".sloMillis", ms, "above 0"));
        model.embedding().ifPresent(embedding -> {
            boolean known = "Mean".equals(embedding.pooling()) || "CLS".equals(embedding.pooling());
            expect(known, at + ".embedding.pooling", embedding.pooling(), "Mean or CLS");
            int tokens = embedding.maxTokens();
            expect(tokens >= 2 && tokens <= 32_768, at + ".embedding.maxTokens", tokens, "2..32768");
        });
    }

    private void expect(boolean met, String field, Object value, String expected) {
        if (!met) {
            faults.add(field + ": " + value + " (expected: " + expected + ")");
        }
    }
}

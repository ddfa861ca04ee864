package dev.kilter.runtime.model;

import dev.kilter.protocol.OperatingPointUpdate;
import dev.kilter.protocol.RuntimeLoad;
import dev.kilter.runtime.batch.ModelStatistics;
import dev.kilter.runtime.serving.InferenceCall;
import dev.kilter.runtime.serving.InferenceOutcome;
import dev.kilter.runtime.serving.ModelServer.OperatingPointOutcome;
import dev.kilter.runtime.serving.ServedModel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The versions of one model: which of them answers, and how one takes over from another. What is new is loaded before
 * what is old goes, and what was admitted is answered by who admitted it.
 *
 * <p>Thread-safe; {@link #load} and {@link #unload} are called one at a time.
 */
final class HostedVersions {

    /** As long as a request without a deadline may wait at most. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Comparator<HostedModel> OLDEST_FIRST =
            Comparator.comparingLong(model -> Long.parseLong(model.version()));

    private final String name;
    private final Host host;
    /** Since the start of the process, whatever was unloaded and loaded again. */
    private final Map<String, ModelStatistics> statistics = new ConcurrentHashMap<>();
    /** Oldest first; never empty. */
    private volatile List<HostedModel> versions;
    /** Replaced, with requests to answer. */
    private volatile List<HostedModel> leaving = List.of();

    /** @param expected at least one; each of them waits to be loaded */
    HostedVersions(String name, List<ModelVersion> expected, Host host) {
        this.name = name;
        this.host = host;
        this.versions = expected.stream().map(this::hosted).sorted(OLDEST_FIRST).toList();
    }

    private HostedModel hosted(ModelVersion version) {
        return new HostedModel(version, host, statistics.computeIfAbsent(version.number(), _ -> new ModelStatistics()));
    }

    CompletionStage<InferenceOutcome> infer(InferenceCall call) {
        HostedModel at = call.version().isEmpty()
                ? current()
                : find(call.version().get()).orElse(null);
        return at == null ? CompletableFuture.completedStage(noVersion(call)) : at.infer(call);
    }

    private InferenceOutcome.NotFound noVersion(InferenceCall call) {
        return new InferenceOutcome.NotFound(
                "model " + name + ": version " + call.version().orElse("") + " (expected: one of "
                        + versions.stream().map(HostedModel::version).toList() + ", or none)");
    }

    /** Who answers a call for no version in particular: the newest that can, else the newest. */
    private HostedModel current() {
        List<HostedModel> all = versions;
        for (int i = all.size() - 1; i > 0; i--) {
            if (all.get(i).answers()) {
                return all.get(i);
            }
        }
        return all.size() == 1 || all.getFirst().answers() ? all.getFirst() : all.getLast();
    }

    private Optional<HostedModel> find(String version) {
        return versions.stream()
                .filter(model -> model.version().equals(version))
                .findFirst();
    }

    /**
     * Loads these versions, oldest first, each anew if it is loaded; then unloads the others. Blocks. A version that
     * cannot be loaded leaves in place what served before, and the reason in its state if nothing did.
     *
     * @return the reasons; empty if all is well
     */
    List<String> load(List<ModelVersion> wanted) throws InterruptedException {
        List<String> reasons = new ArrayList<>();
        for (ModelVersion version : wanted) {
            try {
                load(version);
            } catch (ModelLoadException e) {
                reasons.add(e.getMessage());
            }
        }
        if (reasons.isEmpty()) {
            List<String> kept = wanted.stream().map(ModelVersion::number).toList();
            retire(versions.stream()
                    .filter(model -> !kept.contains(model.version()))
                    .toList());
        }
        return reasons;
    }

    private void load(ModelVersion version) throws ModelLoadException, InterruptedException {
        HostedModel next = hosted(version);
        Optional<HostedModel> old = find(version.number());
        boolean goesOn = old.isPresent() && old.get().answers();
        if (!goesOn) {
            put(next); // its progress, and its failure, can be seen
        }
        try {
            next.load();
        } catch (ModelLoadException e) {
            if (!goesOn && old.isPresent()) {
                replaced(old.get());
            }
            throw e;
        }
        put(next);
        if (old.isPresent()) {
            replaced(old.get());
        }
    }

    private void replaced(HostedModel old) throws InterruptedException {
        leaving = List.of(old);
        retire(leaving);
        leaving = List.of();
    }

    private void put(HostedModel model) {
        Predicate<HostedModel> stays = other -> !other.version().equals(model.version());
        versions = Stream.concat(versions.stream().filter(stays), Stream.of(model))
                .sorted(OLDEST_FIRST)
                .toList();
    }

    /** Unloads every version; blocks until what was admitted is answered. */
    void unload() throws InterruptedException {
        retire(versions);
    }

    private void retire(List<HostedModel> models) throws InterruptedException {
        models.forEach(model -> model.leave(this::successor));
        for (HostedModel model : models) {
            model.close(PATIENCE);
        }
    }

    /** Who takes a call that came just when its version began to leave. */
    private Optional<HostedModel> successor(InferenceCall call) {
        return call.version().isEmpty()
                ? Optional.of(current())
                : find(call.version().get());
    }

    void draining() {
        versions.forEach(HostedModel::draining);
    }

    void close(Duration patience) throws InterruptedException {
        for (HostedModel model : versions) {
            model.close(patience);
        }
    }

    void lookAfter() {
        versions.forEach(HostedModel::lookAfter);
        leaving.forEach(HostedModel::lookAfter);
    }

    boolean ready() {
        return current().ready();
    }

    boolean stuck() {
        return versions.stream().anyMatch(HostedModel::stuck);
    }

    boolean emulated() {
        return versions.stream().anyMatch(HostedModel::emulated);
    }

    /** The model as it answers a call for no version in particular. */
    ServedModel describe() {
        return current().describe(numbers());
    }

    /** Every version, oldest first. */
    List<ServedModel> describeAll() {
        List<String> numbers = numbers();
        return versions.stream().map(model -> model.describe(numbers)).toList();
    }

    private List<String> numbers() {
        List<HostedModel> all = versions;
        return all.size() == 1
                ? List.of(all.getFirst().version())
                : all.stream()
                        .filter(HostedModel::answers)
                        .map(HostedModel::version)
                        .toList();
    }

    OperatingPointOutcome update(OperatingPointUpdate update) {
        return current().update(update);
    }

    /** The report of the version that answers, with the counts of all. */
    RuntimeLoad.Model report() {
        HostedModel current = current();
        RuntimeLoad.Model report = current.report();
        for (HostedModel other : versions) {
            if (other != current) {
                report = report.plus(other.report());
            }
        }
        return report;
    }
}

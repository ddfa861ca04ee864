package dev.kilter.runtime.model;

import dev.kilter.runtime.serving.ModelServer.ControlOutcome;
import dev.kilter.runtime.serving.RepositoryEntry;
import dev.kilter.runtime.serving.ServedModel.State;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which models are hosted, by name. Reading takes no lock; loads and unloads are done one at a time. */
final class ModelTable {

    private static final Logger LOG = LoggerFactory.getLogger(ModelTable.class);

    private final Hosting hosting;
    private final Host host;
    private final ExecutorService control = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("model-control").factory());
    /** Replaced, never changed. */
    private volatile Map<String, HostedVersions> models;
    /** What readiness asks for: the models of the start, but for those that were unloaded since. */
    private volatile Set<String> required;

    ModelTable(Hosting hosting, Host host) {
        this.hosting = hosting;
        this.host = host;
        Map<String, HostedVersions> expected = new LinkedHashMap<>();
        for (String name : hosting.atStart()) {
            List<ModelVersion> versions = hosting.repository().find(name);
            if (!versions.isEmpty()) {
                expected.put(name, new HostedVersions(name, versions, host));
            }
        }
        models = Collections.unmodifiableMap(expected);
        required = new LinkedHashSet<>(hosting.atStart());
    }

    Map<String, HostedVersions> models() {
        return models;
    }

    boolean ready() {
        Map<String, HostedVersions> all = models;
        return required.stream()
                .allMatch(name -> all.containsKey(name) && all.get(name).ready());
    }

    /**
     * Loads the models of the start, one after another; blocks.
     *
     * @throws ModelLoadException at the first that cannot be loaded, where all of them are needed
     */
    synchronized void loadAll() throws ModelLoadException, InterruptedException {
        for (String name : hosting.atStart()) {
            if (loadNow(name) instanceof ControlOutcome.Failed failed) {
                if (hosting.startNeedsAll()) {
                    throw new ModelLoadException(failed.message(), null);
                }
                LOG.error("{}; the other models are served", failed.message());
            }
        }
    }

    CompletionStage<ControlOutcome> load(String name) {
        return change(() -> loadNow(name));
    }

    CompletionStage<ControlOutcome> unload(String name) {
        return change(() -> unloadNow(name));
    }

    private synchronized ControlOutcome loadNow(String name) throws InterruptedException {
        List<ModelVersion> wanted = hosting.repository().find(name);
        if (wanted.isEmpty()) {
            return new ControlOutcome.NotFound("model: " + name + " (expected: one of the repository's "
                    + hosting.repository().names() + ")");
        }
        if (!models.containsKey(name)) {
            Map<String, HostedVersions> more = new LinkedHashMap<>(models);
            more.put(name, new HostedVersions(name, wanted, host));
            models = Collections.unmodifiableMap(more);
        }
        List<String> reasons = models.get(name).load(wanted);
        return reasons.isEmpty() ? new ControlOutcome.Done() : new ControlOutcome.Failed(String.join("; ", reasons));
    }

    private synchronized ControlOutcome unloadNow(String name) throws InterruptedException {
        HostedVersions model = models.get(name);
        if (model == null) {
            return new ControlOutcome.NotFound(
                    "model: " + name + " (expected: one of the loaded " + models.keySet() + ")");
        }
        Set<String> others = new LinkedHashSet<>(required);
        others.remove(name);
        required = others;
        model.unload();
        return new ControlOutcome.Done();
    }

    /** A load or an unload, which blocks. */
    private interface Change {
        ControlOutcome make() throws InterruptedException;
    }

    private CompletionStage<ControlOutcome> change(Change change) {
        if (!hosting.control()) {
            return CompletableFuture.completedStage(
                    new ControlOutcome.Off("models are loaded and unloaded on request only where the server runs with "
                            + Hosting.CONTROL_SWITCH));
        }
        try {
            return CompletableFuture.supplyAsync(() -> made(change), control);
        } catch (RejectedExecutionException e) {
            return CompletableFuture.completedStage(new ControlOutcome.Unavailable("this server is stopping"));
        }
    }

    @SuppressWarnings("CatchingUnchecked") // told to who asked for it
    private static ControlOutcome made(Change change) {
        try {
            return change.make();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new ControlOutcome.Unavailable("this server is stopping");
        } catch (RuntimeException | Error e) {
            LOG.error("a change of the served models broke", e);
            return new ControlOutcome.Failed("internal error; the server's log has the details");
        }
    }

    /** What is hosted, in any state, then what the repository has besides. */
    List<RepositoryEntry> index() {
        Map<String, HostedVersions> all = models;
        List<RepositoryEntry> index = new ArrayList<>();
        all.values()
                .forEach(model -> model.describeAll()
                        .forEach(version -> index.add(
                                new RepositoryEntry(version.name(), Optional.of(version.version()), version.state()))));
        for (String name : hosting.repository().names()) {
            if (!all.containsKey(name)) {
                index.add(new RepositoryEntry(name, Optional.empty(), new State.Unloaded("not loaded")));
            }
        }
        return index;
    }

    /** Makes no change from now on; one that is being made is given up. */
    void close() {
        control.shutdownNow();
    }
}

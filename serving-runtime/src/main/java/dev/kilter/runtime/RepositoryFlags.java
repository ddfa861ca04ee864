package dev.kilter.runtime;

import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.model.ConfigCheck;
import dev.kilter.runtime.model.Hosting;
import dev.kilter.runtime.model.ModelFolder;
import dev.kilter.runtime.serving.VersionPolicy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** A folder of models, and whether clients may change what is loaded. */
final class RepositoryFlags {

    private static final String EVERY_MODEL = "*";

    @Option(
            names = "--model-repository",
            paramLabel = "DIR",
            description = "A folder of models: NAME/VERSION/model.onnx, or NAME/model.onnx.")
    private Path folder;

    @Option(
            names = "--version-policy",
            paramLabel = "POLICY",
            description = "Which versions of it: latest, latest:N, all or specific:V,V,…; default: latest.")
    private String versionPolicy;

    @Option(
            names = "--model-control",
            paramLabel = "MODE",
            description = "none: what is loaded at the start stays; explicit: clients load and unload."
                    + " Default: ${DEFAULT-VALUE}.")
    private String control = "none";

    @Option(
            names = "--load-model",
            paramLabel = "NAME",
            description = "With a folder and explicit control: what to load at the start, * for all; default: nothing.")
    private List<String> atStart = List.of();

    /**
     * What to serve.
     *
     * @throws StartException with the fault
     */
    Hosting hosting(ModelFlags models, Map<String, String> environment) throws StartException {
        boolean explicit = explicit();
        if (folder == null) {
            if (!atStart.isEmpty()) {
                throw usage("--load-model", atStart, "--model-repository beside it");
            }
            if (versionPolicy != null) {
                throw usage("--version-policy", versionPolicy, "--model-repository beside it");
            }
            return Hosting.of(models.config(environment), explicit);
        }
        if (!Files.isDirectory(folder)) {
            throw usage("--model-repository", folder, "a folder");
        }
        RuntimeConfig defaults = models.defaults();
        List<String> faults = ConfigCheck.faults(defaults);
        if (!faults.isEmpty()) {
            throw new StartException(ExitCode.USAGE, String.join("\n", faults));
        }
        ModelFolder repository =
                new ModelFolder(folder.toAbsolutePath(), defaults.models().getFirst(), policy());
        return new Hosting(repository, defaults.engine(), atStart(repository, explicit), false, explicit);
    }

    private List<String> atStart(ModelFolder repository, boolean explicit) throws StartException {
        List<String> there = repository.names();
        if (!explicit) {
            if (!atStart.isEmpty()) {
                throw usage("--load-model", atStart, Hosting.CONTROL_SWITCH + " beside it");
            }
            return there;
        }
        if (atStart.equals(List.of(EVERY_MODEL))) {
            return there;
        }
        for (String name : atStart) {
            if (!there.contains(name)) {
                throw usage("--load-model", name, "one of " + there + ", or " + EVERY_MODEL + " alone");
            }
        }
        return atStart.stream().distinct().toList();
    }

    private boolean explicit() throws StartException {
        return switch (control) {
            case "none" -> false;
            case "explicit" -> true;
            default -> throw usage("--model-control", control, "none or explicit");
        };
    }

    private VersionPolicy policy() throws StartException {
        if (versionPolicy == null) {
            return VersionPolicy.Latest.NEWEST;
        }
        try {
            return VersionPolicy.parse(versionPolicy);
        } catch (IllegalArgumentException e) {
            throw new StartException(ExitCode.USAGE, "--version-policy: " + e.getMessage());
        }
    }

    private static StartException usage(String option, Object value, String expected) {
        return new StartException(ExitCode.USAGE, option + ": " + value + " (expected: " + expected + ")");
    }
}

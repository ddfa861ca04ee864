package dev.kilter.cli;

import dev.kilter.api.v1alpha1.Format;
import dev.kilter.cli.explain.Explanation;
import dev.kilter.cli.explain.Facts;
import dev.kilter.cli.explain.cluster.ClusterFacts;
import dev.kilter.cli.local.LocalFacts;
import dev.kilter.cli.local.StateFolder;
import dev.kilter.protocol.Json;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.PrintWriter;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells why an InferenceDeployment is as it is. */
@Command(
        name = "explain",
        mixinStandardHelpOptions = true,
        description = {
            "Tells why an InferenceDeployment is as it is: what is wrong and what to do, load, plan and what was"
                    + " rejected, each pool with the autoscaler's last decision, what changed lately.",
            "",
            "Looks for a run of `kilter up` of that name on this machine, else in the cluster that KUBECONFIG or"
                    + " ~/.kube/config names. It only reads.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {"0:it was told", "1:it cannot be seen; the message says why", "2:wrong usage"},
        footer = {"", "kilter explain sentence-embedder -n search"})
final class ExplainCommand implements Callable<Integer> {
    @Parameters(paramLabel = "NAME", description = "Of the InferenceDeployment.")
    private String name;

    @Option(
            names = {"-n", "--namespace"},
            paramLabel = "NAMESPACE",
            description = "Where it is in the cluster; then nothing of this machine is looked at. Default: the"
                    + " current context's.")
    private String namespace;

    @Option(names = "--context", paramLabel = "CONTEXT", description = "Of the kubeconfig. Default: the current one.")
    private String context;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "text or json. Default: ${DEFAULT-VALUE}.")
    private Output output;

    @Spec
    private CommandSpec spec;

    /** How it is told. */
    enum Output {
        TEXT,
        JSON
    }

    @Override
    public Integer call() {
        LocalOptions.logToFile();
        try {
            Format.OBJECT_NAME.check("NAME", name);
        } catch (IllegalArgumentException e) {
            throw new UserError(e.getMessage(), e);
        }
        Facts facts = local().orElseGet(this::cluster);
        PrintWriter out = spec.commandLine().getOut();
        switch (output) {
            case TEXT -> out.print(Explanation.of(facts));
            case JSON -> out.println(Json.write(facts));
        }
        out.flush();
        return 0;
    }

    private Optional<Facts> local() {
        return namespace != null || context != null
                ? Optional.empty()
                : LocalFacts.read(StateFolder.home(), name, Instant.now());
    }

    private Facts cluster() {
        Config config = ClusterAccess.config(
                context,
                name
                        + ": nothing of that name runs on this machine, and no cluster is configured (expected: kilter up -f"
                        + " FILE here, or KUBECONFIG naming a kubeconfig)");
        if (namespace == null && config.getNamespace() != null) {
            namespace = config.getNamespace();
        }
        try (KubernetesClient client =
                new KubernetesClientBuilder().withConfig(config).build()) {
            return ClusterFacts.of(client, namespace == null ? "default" : namespace, name, Instant.now());
        }
    }
}

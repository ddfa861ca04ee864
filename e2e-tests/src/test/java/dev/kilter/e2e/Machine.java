package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Pod;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What nobody does to a cluster through its API: {@code e2e-tests/cluster/cluster} does it to its own. */
record Machine(Path script) {

    /** Of the cluster under test, if it is that script's. */
    static Optional<Machine> ofTheCluster() {
        return Optional.ofNullable(System.getenv("KILTER_E2E_MACHINE"))
                .map(Path::of)
                .filter(Files::isExecutable)
                .map(Machine::new);
    }

    /** Ends the pod's processes by SIGKILL. */
    void kill(Pod pod) {
        run("kill", pod.getMetadata().getNamespace(), pod.getMetadata().getName());
    }

    /** Loses all that a pod sends to other pods, until {@link #rejoin}. */
    void isolate(Pod pod) {
        run("isolate", pod.getStatus().getPodIP());
    }

    void rejoin(Pod pod) {
        run("rejoin", pod.getStatus().getPodIP());
    }

    /** The node's kubelet is dead, and nothing comes from the node or reaches it, until {@link #nodeOn}. */
    void nodeOff(String node) {
        run("node-off", number(node));
    }

    void nodeOn(String node) {
        run("node-on", number(node));
    }

    /** Kills the API server; it is back when this returns. */
    void restartApiServer(Duration goneFor) {
        run("restart-api", String.valueOf(goneFor.toSeconds()));
    }

    /** From now on kwok plays the kubelet of nodes that carry {@link NodeFleet#WITHOUT_KUBELET}. */
    void playKubelets() {
        run("kwok");
    }

    /** What pods begin is held to the cluster's network policies, until {@link #leavePoliciesUnenforced}. */
    void enforcePolicies() {
        run("policies", "on");
    }

    void leavePoliciesUnenforced() {
        run("policies", "off");
    }

    private static String number(String node) {
        return node.substring(node.lastIndexOf('-') + 1);
    }

    private void run(String... arguments) {
        List<String> command = new ArrayList<>(List.of(script.toString()));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            assertThat(process.waitFor()).as("%s: %s", command, said).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(String.join(" ", command), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(String.join(" ", command), e);
        }
    }
}

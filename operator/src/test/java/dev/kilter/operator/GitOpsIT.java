package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import io.fabric8.kubernetes.api.model.ManagedFieldsEntry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What GitOps tools do, on a real API server: apply again and again, compare, hand over. */
class GitOpsIT extends WithOperator {

    private static final String EMBEDDER = RunningOperator.EMBEDDER;

    @TempDir
    private Path folder;

    @Test
    void nothingDiffersFromWhatWasApplied() throws IOException {
        World world = new World(client, "diff");
        Path file = file("diff", EMBEDDER);
        assertThat(running.kubectl("apply", "-f", file.toString())).satisfies(GitOpsIT::ended);
        becomesReady(world);
        // kubectl reads twice: nothing may move in between.
        running.rest(world);

        assertThat(running.kubectl("diff", "-f", file.toString())).isEqualTo(new ApiServer.Said(0, ""));
        assertThat(running.kubectl("diff", "--server-side", "--field-manager=argocd-controller", "-f", file.toString())
                        .text())
                .doesNotContain("spec:")
                .doesNotContain("conflict");
        Path changed = file("diff", EMBEDDER.replace("p99: 100ms", "p99: 80ms"));
        assertThat(running.kubectl("diff", "-f", changed.toString()))
                .satisfies(said -> assertThat(said.code()).isEqualTo(1))
                .satisfies(said -> assertThat(said.text()).contains("-      p99: 100ms", "+      p99: 80ms"));
    }

    @Test
    void anotherToolAppliesTheSameWithoutConflictOrDrift() {
        World world = new World(client, "handed-over");
        world.apply(EMBEDDER);
        becomesReady(world);
        running.rest(world);
        double writes = running.operator.metrics.allWrites();
        String pool = world.pools().getFirst().getMetadata().getName();

        for (String tool : new String[] {"argocd-controller", "kustomize-controller", "argocd-controller"}) {
            assertThatCode(() -> client.resource(EMBEDDER)
                            .inNamespace("handed-over")
                            .fieldManager(tool)
                            .serverSideApply())
                    .doesNotThrowAnyException();
        }
        running.lookAgain(world);
        running.settle();

        assertThat(world.deployment("embedder").getMetadata().getGeneration()).isEqualTo(1);
        assertThat(running.operator.metrics.allWrites()).isEqualTo(writes);
        assertThat(world.pools())
                .extracting(each -> each.getMetadata().getName())
                .containsExactly(pool);
    }

    @Test
    void theOperatorOwnsNothingOfWhatUsersWrite() {
        World world = new World(client, "owners-of-fields");
        world.apply(EMBEDDER);
        becomesReady(world);
        InferenceDeployment deployment = world.deployment("embedder");
        assertThat(deployment.getMetadata().getManagedFields())
                .filteredOn(entry -> !"kubectl".equals(entry.getManager()))
                .extracting(ManagedFieldsEntry::getSubresource)
                .isNotEmpty()
                .containsOnly("status");
    }

    private static void becomesReady(World world) {
        world.everythingBecomesReady();
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
    }

    private static void ended(ApiServer.Said said) {
        assertThat(said.code()).as(said.text()).isZero();
    }

    private Path file(String namespace, String yaml) throws IOException {
        return Files.writeString(
                Files.createTempFile(folder, "applied", ".yaml"),
                yaml.replace("name: embedder}", "name: embedder, namespace: " + namespace + "}"));
    }
}

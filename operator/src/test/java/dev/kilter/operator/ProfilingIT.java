package dev.kilter.operator;

import static org.assertj.core.api.Assertions.assertThat;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.Plan;
import dev.kilter.operator.build.Labels;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobConditionBuilder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Profiling on a real API server; the test plays the controller of Jobs. */
class ProfilingIT extends WithOperator {

    private static final String EMBEDDER = RunningOperator.EMBEDDER;
    private static final String REPORT = """
            {"variant":"fp32","digest":"sha256:%s","provider":"CPU",
             "serviceTime":[{"batchSize":1,"meanMillis":3.1,"p99Millis":3.9,"samples":400},
                            {"batchSize":8,"meanMillis":9.0,"p99Millis":11.0,"samples":200}],
             "memoryBytes":300000000,"readyAfterSeconds":2.5}""".formatted("b".repeat(64));

    @Test
    void whatAProfilingJobFoundIsKeptAndPlannedWith() {
        World world = new World(client, "profiled");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> !jobs("profiled").isEmpty());
        Job job = jobs("profiled").getFirst();
        finish(job, REPORT);
        world.eventually(() -> world.status("embedder", "Profiled").equals("True"));
        Plan.Pool planned =
                world.deployment("embedder").getStatus().plan().pools().getFirst();
        assertThat(planned.evidence()).isEqualTo("measured");
        assertThat(Double.parseDouble(planned.capacityPerReplica())).isPositive();
        // The same configuration: no pod is moved for a number.
        assertThat(world.pools()).hasSize(1);
        world.eventually(() -> jobs("profiled").isEmpty());
        ModelProfile profile = profiles("profiled").getFirst();
        assertThat(profile.getSpec().modelDigest()).isEqualTo("sha256:" + "b".repeat(64));
        assertThat(profile.getSpec().serviceTime()).hasSize(2);
    }

    @Test
    void aFailedProfilingJobIsToldAndNotRepeatedAtOnce() {
        World world = new World(client, "unprofiled");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> !jobs("unprofiled").isEmpty());
        fail(jobs("unprofiled").getFirst());
        world.eventually(() -> world.condition("embedder", "Profiled")
                .filter(condition -> condition.reason().equals("ProfileFailed"))
                .isPresent());
        running.settle();
        assertThat(jobs("unprofiled")).hasSize(1);
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
    }

    @Test
    void aFinishedJobWhosePodIsGoneIsToldAndTriedAgain() {
        World world = new World(client, "lost");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> !jobs("lost").isEmpty());
        String first = jobs("lost").getFirst().getMetadata().getName();
        complete(jobs("lost").getFirst());
        running.passes(Duration.ofMinutes(2));
        running.touch("lost");
        world.eventually(() -> world.condition("embedder", "Profiled")
                .filter(condition -> condition.reason().equals("ReportLost"))
                .isPresent());
        assertThat(world.condition("embedder", "Profiled").orElseThrow().message())
                .isEqualTo(
                        "0 of 1 measured; Job " + first + ", attempt 1 of 5: its pod is gone, and its report with it");

        running.passes(Duration.ofMinutes(10));
        running.touch("lost");
        world.eventually(() -> jobs("lost").stream()
                .anyMatch(job -> "2".equals(job.getMetadata().getAnnotations().get("serving.kilter.dev/attempt"))));
        world.eventually(() -> jobs("lost").size() == 1);
    }

    @Test
    void aJobThatTheApiServerRefusesIsToldAndMadeOnceItIsAllowed() {
        World world = new World(client, "nojobs");
        ResourceQuota quota = world.allowsNo("count/jobs.batch");
        world.apply(EMBEDDER);
        world.everythingBecomesReady();
        world.eventually(() -> world.condition("embedder", "Profiled")
                .filter(condition -> condition.reason().equals("Refused"))
                .isPresent());
        assertThat(world.condition("embedder", "Profiled").orElseThrow().message())
                .contains("exceeded quota: none");
        // Of the gateway another watch tells.
        world.eventually(() -> world.status("embedder", "Ready").equals("True"));
        client.resource(quota).delete();
        running.touch("nojobs");
        world.eventually(() -> !jobs("nojobs").isEmpty());
    }

    @Test
    void oneJobMeasuresForAllWhoAskForTheSame() {
        World world = bothReady("shared");
        world.eventually(() -> !jobs("shared").isEmpty());
        running.settle();
        assertThat(jobs("shared")).hasSize(1);

        finish(jobs("shared").getFirst(), REPORT);
        for (String name : List.of("embedder", "tagger")) {
            world.eventually(() -> world.status(name, "Profiled").equals("True"));
            world.eventually(() -> world.deployment(name)
                    .getStatus()
                    .plan()
                    .pools()
                    .getFirst()
                    .evidence()
                    .equals("measured"));
        }
        world.eventually(() -> jobs("shared").isEmpty());
        running.settle();
        assertThat(jobs("shared")).isEmpty();
        assertThat(profiles("shared")).hasSize(1);
    }

    @Test
    void whenTheOneThatStartedItIsDeletedAnotherMeasures() {
        World world = bothReady("handed-on");
        world.eventually(() -> !jobs("handed-on").isEmpty());
        Job first = jobs("handed-on").getFirst();
        String starter = starter(first);
        String other = starter.equals("embedder") ? "tagger" : "embedder";
        client.resource(world.deployment(starter)).delete();
        world.eventually(() -> world.routed().equals(List.of(other)));
        // What the garbage collector does.
        client.resource(first).delete();
        world.eventually(() ->
                jobs("handed-on").stream().map(ProfilingIT::starter).toList().equals(List.of(other)));
        finish(jobs("handed-on").getFirst(), REPORT);
        world.eventually(() -> world.status(other, "Profiled").equals("True"));
    }

    @Test
    void aReportIsKeptEvenIfTheOneThatStartedItIsPaused() {
        World world = bothReady("paused-starter");
        world.eventually(() -> !jobs("paused-starter").isEmpty());
        Job job = jobs("paused-starter").getFirst();
        String other = starter(job).equals("embedder") ? "tagger" : "embedder";
        world.eventually(() -> World.taken(() -> client.resource(world.deployment(starter(job)))
                .edit(found -> {
                    found.getMetadata().setAnnotations(Map.of(Labels.PAUSED, "true"));
                    return found;
                })));
        world.eventually(() -> world.condition(starter(job), "Planned")
                .filter(planned -> planned.reason().equals("Paused"))
                .isPresent());
        finish(job, REPORT);
        world.eventually(() -> world.status(other, "Profiled").equals("True"));
        // Its starter lets it go later.
        assertThat(jobs("paused-starter")).hasSize(1);
    }

    @Test
    void unlikeModelsAndUnlikePodsHaveJobsOfTheirOwn() {
        World world = new World(client, "unlike");
        world.apply(EMBEDDER);
        world.apply(EMBEDDER.replace("name: embedder", "name: other").replace("embedder.onnx", "other.onnx"));
        world.apply(EMBEDDER.replace("name: embedder", "name: elsewhere") + "  pod: {nodeSelector: {zone: a}}\n");
        world.eventually(() -> world.pools().size() == 3);
        world.everythingBecomesReady();
        world.eventually(() -> jobs("unlike").size() == 3);
        assertThat(jobs("unlike").stream().map(ProfilingIT::starter))
                .containsExactlyInAnyOrder("embedder", "other", "elsewhere");
    }

    /** Two InferenceDeployments that serve the same model. */
    private static World bothReady(String namespace) {
        World world = new World(client, namespace);
        world.apply(EMBEDDER);
        world.apply(EMBEDDER.replace("name: embedder", "name: tagger").replace("p99: 100ms", "p99: 90ms"));
        world.eventually(() -> world.pools().size() == 2);
        world.everythingBecomesReady();
        return world;
    }

    private static String starter(Job job) {
        return job.getMetadata().getLabels().get(Labels.INFERENCE_DEPLOYMENT);
    }

    private static List<ModelProfile> profiles(String namespace) {
        return client.resources(ModelProfile.class)
                .inNamespace(namespace)
                .list()
                .getItems();
    }

    private static List<Job> jobs(String namespace) {
        return client.batch().v1().jobs().inNamespace(namespace).list().getItems().stream()
                .filter(job -> job.getMetadata().getDeletionTimestamp() == null)
                .toList();
    }

    private static void finish(Job job, String report) {
        var pod = client.resource(new PodBuilder()
                        .withNewMetadata()
                        .withName(job.getMetadata().getName() + "-x")
                        .withNamespace(job.getMetadata().getNamespace())
                        .withLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                        .addNewOwnerReference()
                        .withApiVersion("batch/v1")
                        .withKind("Job")
                        .withName(job.getMetadata().getName())
                        .withUid(job.getMetadata().getUid())
                        .withController(true)
                        .endOwnerReference()
                        .endMetadata()
                        .withNewSpec()
                        .addNewContainer()
                        .withName("server")
                        .withImage("x")
                        .endContainer()
                        .endSpec()
                        .build())
                .create();
        client.resource(pod)
                .editStatus(found -> new PodBuilder(found)
                        .withNewStatus()
                        .withPhase("Succeeded")
                        .addNewContainerStatus()
                        .withName("server")
                        .withImage("x")
                        .withImageID("")
                        .withReady(false)
                        .withRestartCount(0)
                        .withNewState()
                        .withNewTerminated()
                        .withExitCode(0)
                        .withMessage(report)
                        .endTerminated()
                        .endState()
                        .endContainerStatus()
                        .endStatus()
                        .build());
        complete(job);
    }

    private static void complete(Job job) {
        String now = running.now().toString();
        client.resource(job)
                .editStatus(found -> new JobBuilder(found)
                        .withNewStatus()
                        .withSucceeded(1)
                        .withStartTime(now)
                        .withCompletionTime(now)
                        .withConditions(isTrue("SuccessCriteriaMet", "done"), isTrue("Complete", "done"))
                        .endStatus()
                        .build());
    }

    private static JobCondition isTrue(String type, String message) {
        return new JobConditionBuilder()
                .withType(type)
                .withStatus("True")
                .withReason("Test")
                .withMessage(message)
                .withLastTransitionTime(running.now().toString())
                .build();
    }

    private static void fail(Job job) {
        String now = running.now().toString();
        client.resource(job)
                .editStatus(found -> new JobBuilder(found)
                        .withNewStatus()
                        .withFailed(1)
                        .withStartTime(now)
                        .withConditions(isTrue("FailureTarget", "no such file"), isTrue("Failed", "no such file"))
                        .endStatus()
                        .build());
    }
}

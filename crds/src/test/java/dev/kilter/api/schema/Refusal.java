package dev.kilter.api.schema;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.api.v1alpha1.ServingPool;
import java.util.Arrays;
import java.util.List;

/**
 * A change of a full resource that the API server must refuse.
 *
 * @param kind of the resource
 * @param edits each {@code PATH=YAML}, or {@code PATH=} to remove the field
 * @param message a part of the answer
 */
record Refusal(Class<?> kind, List<String> edits, String message) {

    /** At least one for each rule between fields; a test checks that. */
    static final List<Refusal> BETWEEN_FIELDS = List.of(
            infd("metadata.name: too long", "metadata.name=a2345678901234567890123456789012345678901"),
            infd("metadata.name: not a name of a Service", "metadata.name=1st"),
            infd("task: not served yet", "spec.model.task=image-classification"),
            infd("embedding: set for another task", "spec.model.task=tensor"),
            infd("variants[].quality.metric: not the same", "spec.model.variants[1].quality.metric=recall"),
            infd("quality: set, but a variant has none", "spec.model.variants[1].quality="),
            infd("quality.target: above the quality of every variant", "spec.quality.target=94%"),
            infd("floor: above target", "spec.quality.floor=93.01%"),
            infd("batching.maxDelay: not below slo.latency.p99", "spec.batching.maxDelay=50ms"),
            infd("maxCostPerHour: 0", "spec.budget.maxCostPerHour='0.00'"),
            infd("window: out of range", "spec.slo.window=9s"),
            infd("window: out of range", "spec.slo.window=25h"),
            infd("p99: 0", "spec.slo.latency.p99=0ms", "spec.batching.maxDelay="),
            infd("minReplicas: more than maxReplicas", "spec.scaling.minReplicas=21"),
            infd("canary.interval: not below progressDeadline", "spec.rollout.progressDeadline=30s"),
            infd("key: missing", "spec.pod.tolerations[0].key="),
            infd("value: set for operator Exists", "spec.pod.tolerations[0].operator=Exists"),
            infd("tolerationSeconds: set for another effect", "spec.pod.tolerations[0].effect=NoSchedule"),
            accel("values: wrong number", "spec.nodes.matchExpressions[0].operator=Exists"),
            accel("values: wrong number", "spec.nodes.matchExpressions[0].operator=Gt"),
            accel("values: wrong number", "spec.nodes.matchExpressions[0].values="),
            accel("metadata.name: too long", "metadata.name=" + "a".repeat(64)),
            profile("p99: below mean", "spec.serviceTime[0].p99=3ms"),
            pool("metadata.name: not a name of a Service", "metadata.name=" + "a".repeat(64)),
            pool("operatingPoint.variant: not among the variants", "spec.configuration.operatingPoint.variant=fp16"),
            pool("embedding: set for another task", "spec.configuration.task=tensor"));

    /** Of single fields. */
    static final List<Refusal> OF_FIELDS = List.of(
            infd("unknown field \"spec.slo.latency.p95\"", "spec.slo.latency.p95=10ms"),
            infd("unknown field \"spec.replicas\"", "spec.replicas=2"),
            infd("spec.slo.latency.p99", "spec.slo.latency.p99=50"),
            infd("expected: a number and a unit (us, ms, s, m, h), such as 50ms", "spec.slo.latency.p99=50 ms"),
            infd("spec.slo.latency.p99", "spec.slo.latency.p99=-1ms"),
            infd("expected: 0% to 100%, such as 99.9%", "spec.slo.maxErrorRate='0.1'"),
            infd("spec.slo.maxErrorRate", "spec.slo.maxErrorRate=101%"),
            infd("expected: 50% to 99.99%, such as 99%", "spec.scaling.hedge=100%"),
            infd("spec.scaling.hedge", "spec.scaling.hedge=49.9%"),
            infd("expected: a decimal number in quotes, such as \"0.35\"", "spec.budget.maxCostPerHour='4,00'"),
            infd("spec.slo.latency: Required value", "spec.slo.latency="),
            infd("spec.model.variants", "spec.model.variants=[]"),
            infd("Duplicate value: {\"name\":\"fp32\"}", "spec.model.variants[1].name=fp32"),
            infd("expected: file:/PATH, https://", "spec.model.variants[0].uri=ftp://models/x.onnx"),
            infd("expected: sha256: and 64 hexadecimal digits", "spec.model.variants[0].digest=md5:abc"),
            infd("Unsupported value: \"fp64\"", "spec.model.variants[0].precision=fp64"),
            infd("Unsupported value: \"Random\"", "spec.hardware.policy=Random"),
            infd("Duplicate value: \"t4\"", "spec.hardware.acceleratorClasses=[t4, t4]"),
            infd("spec.batching.maxBatchSize", "spec.batching.maxBatchSize=0"),
            infd("spec.scaling.minReplicas", "spec.scaling.minReplicas=0"),
            infd("spec.rollout.canary.trafficPercent", "spec.rollout.canary.trafficPercent=0"),
            infd("spec.workload.requestsPerSecond", "spec.workload.requestsPerSecond=fast"),
            infd("spec.pod.resources.requests.memory", "spec.pod.resources.requests.memory=1GB"),
            accel("spec.capabilities.memory", "spec.capabilities.memory=16 Gi"),
            accel("spec.perReplica.resources", "spec.perReplica.resources={}"),
            profile("Duplicate value: {\"batchSize\":1}", "spec.serviceTime[1].batchSize=1"));

    /** Of a resource that exists; its status too. */
    static final List<Refusal> ON_UPDATE = List.of(
            profile("spec: changed", "spec.memory=2Gi"),
            pool("configuration: changed", "spec.configuration.engine.threads=8"),
            pool("inferenceDeploymentRef: changed", "spec.inferenceDeploymentRef.name=other"),
            pool("revision: changed", "spec.revision=r4"));

    /** Through the status subresource. */
    static final List<Refusal> ON_STATUS_UPDATE =
            List.of(pool("modelDigests: changed", "status.modelDigests[0].digest=sha256:" + "c".repeat(64)));

    /** The full resource with the edits. */
    ObjectNode applied() {
        ObjectNode tree = FullResource.of(kind);
        for (String edit : edits) {
            int at = edit.indexOf('=');
            FullResource.set(tree, edit.substring(0, at), edit.substring(at + 1));
        }
        return tree;
    }

    private static Refusal infd(String message, String... edits) {
        return new Refusal(InferenceDeployment.class, Arrays.asList(edits), message);
    }

    private static Refusal accel(String message, String... edits) {
        return new Refusal(AcceleratorClass.class, Arrays.asList(edits), message);
    }

    private static Refusal profile(String message, String... edits) {
        return new Refusal(ModelProfile.class, Arrays.asList(edits), message);
    }

    private static Refusal pool(String message, String... edits) {
        return new Refusal(ServingPool.class, Arrays.asList(edits), message);
    }
}

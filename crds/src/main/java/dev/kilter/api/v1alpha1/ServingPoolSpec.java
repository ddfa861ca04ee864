package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.model.annotation.SpecReplicas;

/**
 * A pool that should run.
 *
 * @param revision of the InferenceDeployment's spec that it serves; pools of one revision share its traffic
 * @param capacityPerReplica requests a second under the SLO, decimal; null: unmeasured
 * @param costPerReplicaHour null: unknown
 * @param scaling never null
 * @param share weight of the revision among those of its InferenceDeployment; 0 drains it
 * @param replicas null: left to whoever scales (the API server fills in 1)
 */
@ValidationRule(
        value = "self.configuration == oldSelf.configuration",
        message = "configuration: changed (expected: never; another configuration is another pool)",
        fieldPath = ".configuration")
@ValidationRule(
        value = "self.inferenceDeploymentRef == oldSelf.inferenceDeploymentRef",
        message = "inferenceDeploymentRef: changed (expected: never; another InferenceDeployment is another pool)",
        fieldPath = ".inferenceDeploymentRef")
@ValidationRule(
        value = "self.revision == oldSelf.revision",
        message = "revision: changed (expected: never; another revision is another pool)",
        fieldPath = ".revision")
public record ServingPoolSpec(
        @Field(value = "The InferenceDeployment that it serves.", required = true)
        LocalRef inferenceDeploymentRef,

        @Field(
                value = "Revision of the spec that it serves; pools of one revision share its traffic.",
                required = true,
                format = Format.NAME)
        String revision,

        @Field(value = "What runs. Immutable: another configuration is another pool.", required = true)
        Configuration configuration,

        @Field(
                value = "Requests a second that one replica carries under the objective. Left out: unmeasured.",
                format = Format.DECIMAL)
        String capacityPerReplica,

        @Field(value = "Cost of one replica in an hour. Left out: unknown.", format = Format.MONEY)
        String costPerReplicaHour,

        @Field(
                value = "Limits on the number of replicas of all pools of the InferenceDeployment together.",
                defaultValue = "{}")
        Scaling scaling,

        @Field(
                value = "Weight of the revision among those of its InferenceDeployment; 0: no new requests.",
                defaultValue = "100",
                max = 100)
        Integer share,

        @SpecReplicas @Field(value = "Replicas. Written through the scale subresource.", defaultValue = "1", max = 1000)
        Integer replicas)
        implements ApiPart {

    public ServingPoolSpec {
        scaling = Defaults.of(scaling, Scaling.byDefault());
        share = Defaults.of(share, 100);
    }
}

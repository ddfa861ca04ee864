package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.TolerationBuilder;

/** As in a pod; absent parts are null. */
@ValidationRule(
        value = "has(self.key) || (has(self.operator) && self.operator == 'Exists')",
        message = "key: missing (expected: a key, or operator Exists)")
@ValidationRule(
        value = "!has(self.value) || !has(self.operator) || self.operator == 'Equal'",
        message = "value: set for operator Exists (expected: only with operator Equal)",
        fieldPath = ".value")
@ValidationRule(
        value = "!has(self.tolerationSeconds) || (has(self.effect) && self.effect == 'NoExecute')",
        message = "tolerationSeconds: set for another effect (expected: only with effect NoExecute)",
        fieldPath = ".tolerationSeconds")
public record Toleration(
        @Field(value = "Key of the taint; left out with operator Exists: every taint.", format = Format.KEY)
        String key,

        @Field(
                value = "Exists, or Equal to the value. Left out: Equal.",
                oneOf = {"Exists", "Equal"})
        String operator,

        @Field(value = "Value of the taint, for Equal.", format = Format.LABEL_VALUE)
        String value,

        @Field(
                value = "Effect of the taint; left out: every effect.",
                oneOf = {"NoSchedule", "PreferNoSchedule", "NoExecute"})
        String effect,

        @Field(value = "Seconds that a NoExecute taint is borne; left out: for ever.", max = 86_400)
        Integer tolerationSeconds)
        implements ApiPart {

    public Toleration {
        operator = Defaults.of(operator, "Equal");
    }

    /** For a pod's spec. */
    public io.fabric8.kubernetes.api.model.Toleration toKubernetes() {
        return new TolerationBuilder()
                .withKey(key)
                .withOperator(operator)
                .withValue(value)
                .withEffect(effect)
                .withTolerationSeconds(tolerationSeconds == null ? null : tolerationSeconds.longValue())
                .build();
    }
}

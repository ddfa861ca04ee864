package dev.kilter.operator.validate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.operator.Examples;
import dev.kilter.operator.validate.Subject.Reference;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ValidatorTest {

    @Test
    void theExampleIsFine() {
        assertThat(validate(Examples.INTENT)).isEmpty();
    }

    @ParameterizedTest(name = "{3}")
    @DisplayName("Each rule names field, value and what was expected")
    @CsvSource(
            delimiter = '|',
            value = {
                "name: intent,|name: intent-intent-intent-intent-intent-intent,|metadata.name|intent-intent-intent-intent-intent-intent (expected: at most 40 characters)",
                "text-embedding|text-classification|spec.model.task|text-classification (expected: tensor or text-embedding; others are not served yet)",
                "https://models.example/intent/int8.onnx|s3://bucket|spec.model.variants[int8].uri|s3://bucket (expected: s3://BUCKET/KEY)",
                "https://models.example/intent/int8.onnx|pvc://claim/|spec.model.variants[int8].uri|pvc://claim/ (expected: pvc://CLAIM/PATH of a file)",
                "https://models.example/intent/int8.onnx|maven:a:b|spec.model.variants[int8].uri|maven:a:b (expected: maven:GROUP:ARTIFACT:VERSION!/ENTRY)",
                "https://models.example/intent/int8.onnx|emulated:?curve=fast|spec.model.variants[int8].uri|emulated:?curve=fast (expected: emulated:?curve=1:8ms,8:20ms)",
                "https://models.example/intent/int8.onnx|ftp://x|spec.model.variants[int8].uri|ftp://x (expected: file:/PATH of a file, https://HOST/PATH, s3://BUCKET/KEY, pvc://CLAIM/PATH of a file, maven:GROUP:ARTIFACT:VERSION!/ENTRY, emulated:?curve=1:8ms,8:20ms)",
                "intent/int8.onnx|intent/fp32.onnx|spec.model.variants[int8].uri|https://models.example/intent/fp32.onnx (expected: another than that of variant fp32)",
                "text-embedding|tensor\\n    embedding: {pooling: CLS}|spec.model.embedding|set for task tensor (expected: only for task text-embedding)",
                "target: 92%|target: 99%|spec.quality.target|99% (expected: at most 93.1%, the best variant's quality)",
                "metric: accuracy, value: 92.8%|metric: f1, value: 92.8%|spec.model.variants[*].quality.metric|accuracy, f1 (expected: one metric for all variants)",
                "p99: 50ms|p99: 0ms|spec.slo.latency.p99|0ms (expected: above 0, such as 50ms)",
                "workload:|batching: {maxDelay: 60ms}\\n  workload:|spec.batching.maxDelay|60ms (expected: below slo.latency.p99 50ms; leave it out to have it derived)",
                "minReplicas: 1,|minReplicas: 30,|spec.scaling.minReplicas|30 (expected: at most maxReplicas 20)",
                "workload:|budget: {maxCostPerHour: \"0.01\"}\\n  workload:|spec.budget.maxCostPerHour|0.01 (expected: at least 0.35, 1 x the cheapest class that may be used)",
                "workload:|hardware: {acceleratorClasses: [h100]}\\n  workload:|spec.hardware.acceleratorClasses|h100 (expected: an AcceleratorClass of the cluster: t4)",
                "workload:|pod: {labels: {serving.kilter.dev/pool: x}}\\n  workload:|spec.pod.labels|serving.kilter.dev/pool (expected: a key of your own; app.kubernetes.io/ and serving.kilter.dev/ are set by Kilter)",
            })
    void eachRuleNamesFieldValueAndWhatWasExpected(String text, String replacement, String field, String rest) {
        String yaml = Examples.INTENT.replace(text, replacement.replace("\\n", "\n"));
        assertThat(yaml).isNotEqualTo(Examples.INTENT);
        assertThat(validate(yaml)).contains(field + ": " + rest);
    }

    @Test
    void whatIsNamedButMissingIsTold() {
        String yaml = Examples.INTENT.replace("workload:", "serviceAccountName: intent\n  workload:");
        Subject subject = new Subject(
                Examples.deployment(yaml), List.of(Examples.acceleratorClass(Examples.T4)), Reference.MISSING);
        assertThat(Validator.validate(subject))
                .extracting(Violation::toString)
                .containsExactly("spec.serviceAccountName: intent (expected: a ServiceAccount of the same namespace)");
    }

    @Test
    void sameDigestsOfTwoVariantsAreTold() {
        String digest = "digest: \"sha256:" + "a".repeat(64) + "\", precision:";
        assertThat(validate(Examples.INTENT.replace("precision:", digest)))
                .anyMatch(text -> text.startsWith("spec.model.variants[int8].digest: sha256:aaa")
                        && text.endsWith("(expected: another than that of variant fp32)"));
    }

    @Test
    void allErrorsAreToldAtOnce() {
        String yaml = Examples.INTENT
                .replace("text-embedding", "image-classification")
                .replace("minReplicas: 1,", "minReplicas: 30,")
                .replace("target: 92%", "target: 99%");
        assertThat(validate(yaml)).hasSize(3);
    }

    private static List<String> validate(String yaml) {
        return Validator.validate(new Subject(
                        Examples.deployment(yaml), List.of(Examples.acceleratorClass(Examples.T4)), Reference.FINE))
                .stream()
                .map(Violation::toString)
                .toList();
    }
}

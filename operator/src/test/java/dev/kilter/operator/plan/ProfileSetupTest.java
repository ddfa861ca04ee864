package dev.kilter.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.v1alpha1.ModelProfile;
import dev.kilter.operator.Examples;
import dev.kilter.operator.build.Hashes;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileSetupTest {

    private static final String SOURCE = "0a0b0c0d";
    private static final ProfileSetup ASKED = new ProfileSetup(
            Examples.RUNTIME_IMAGE,
            new TreeMap<>(Map.of("cpu", new Quantity("4"), "memory", new Quantity("8Gi"))),
            1,
            4);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resources: {cpu: 2, memory: 8Gi}|cpu 2 (not 4)",
                "resources: {cpu: 4, memory: 4Gi}|memory 4Gi (not 8Gi)",
                "resources: {cpu: 4}|memory none (not 8Gi)",
                "resources: {cpu: 4, memory: 8Gi, nvidia.com/gpu: 1}|nvidia.com/gpu 1 (not none)",
                "threads: 2|threads 2 (not 4)",
                "instances: 2|instances 2 (not 1)",
                "requestedImage: kilter/other:1|image kilter/other:1 (not kilter/kilter-serving-runtime:1)",
            })
    void aProfileOfAnotherSetupIsToldInWhatItDiffers(String field, String difference) {
        assertThat(ASKED.difference(profile(field).getSpec())).contains(difference);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "resources: {cpu: 4000m, memory: 8192Mi}",
                "threads: 4",
                "instances: 1",
                "requestedImage: kilter/kilter-serving-runtime:1",
            })
    void aProfileOfTheSameSetupSpeaksForIt(String field) {
        assertThat(ASKED.difference(profile(field).getSpec())).isEmpty();
    }

    @Test
    void theLimitCountsWhereThereIsOne() {
        assertThat(ProfileSetup.ceiling(
                        Map.of("cpu", new Quantity("1"), "memory", new Quantity("1Gi")),
                        Map.of("cpu", new Quantity("2"))))
                .containsExactly(Map.entry("cpu", new Quantity("2")), Map.entry("memory", new Quantity("1Gi")));
    }

    @Test
    void amongProfilesTheOneOfTheSameSetupCountsNotTheNewest() {
        String uri = Examples.intent().getSpec().model().variants().getFirst().uri();
        String source = Hashes.of(uri);
        ModelProfile same = Examples.profile(source, "t4", "TensorRT", "8ms", "40ms", "threads: 4");
        same.getMetadata().setCreationTimestamp("2026-01-01T00:00:00Z");
        ModelProfile newer = Examples.profile(source, "t4", "TensorRT", "1ms", "4ms", "threads: 8");
        newer.getMetadata().setCreationTimestamp("2026-02-01T00:00:00Z");
        assertThat(find(List.of(newer, same))).isEqualTo(new Evidence.Measured(same));
        assertThat(find(List.of(newer)))
                .isEqualTo(new Evidence.OfAnotherSetup("the profile " + source + "-t4 is of threads 8 (not 4)"));
    }

    private static Evidence find(List<ModelProfile> profiles) {
        return Evidence.find(
                profiles,
                Examples.intent().getSpec().model().variants().getFirst(),
                Examples.acceleratorClass(Examples.T4),
                ASKED);
    }

    private static ModelProfile profile(String field) {
        return Examples.profile(SOURCE, "t4", "TensorRT", "8ms", "40ms", field);
    }
}

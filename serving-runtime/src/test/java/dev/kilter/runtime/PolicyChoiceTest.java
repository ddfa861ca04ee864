package dev.kilter.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.core.batching.BatchPolicy;
import dev.kilter.core.batching.GreedyBatchPolicy;
import dev.kilter.core.batching.SloBatchPolicy;
import dev.kilter.core.batching.rivals.AimdBatchPolicy;
import dev.kilter.core.batching.rivals.CorkBatchPolicy;
import dev.kilter.protocol.RuntimeConfig;
import dev.kilter.runtime.model.Hosting;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyChoiceTest {

    private static Hosting hosting(List<Optional<Double>> objectives) {
        RuntimeConfig.Variant variant = new RuntimeConfig.Variant("v", "file:/m.onnx", Optional.empty(), "fp32");
        RuntimeConfig config = new RuntimeConfig(
                objectives.stream()
                        .map(objective -> new RuntimeConfig.Model(
                                "m", "tensor", List.of(variant), "v", 8, Optional.empty(), objective, Optional.empty()))
                        .toList(),
                new RuntimeConfig.Engine("CPU", 1, 1));
        return Hosting.of(config, false);
    }

    private static BatchPolicy policy(String name) throws StartException {
        return PolicyChoice.of(Map.of(PolicyChoice.ENVIRONMENT, name), hosting(List.of(Optional.of(50.0))))
                .get();
    }

    @Test
    void theProductionPolicyIsTheDefault() throws StartException {
        assertThat(PolicyChoice.of(Map.of(), hosting(List.of(Optional.empty()))).get())
                .isInstanceOf(SloBatchPolicy.class);
    }

    @Test
    void eachNameGivesItsPolicy() throws StartException {
        assertThat(policy("slo")).isInstanceOf(SloBatchPolicy.class);
        assertThat(policy("greedy")).isInstanceOf(GreedyBatchPolicy.class);
        assertThat(policy("aimd")).isInstanceOf(AimdBatchPolicy.class);
        assertThat(policy("cork")).isInstanceOf(CorkBatchPolicy.class);
    }

    @Test
    void everyLineOfRequestsHasAPolicyOfItsOwn() throws StartException {
        var policies = PolicyChoice.of(Map.of(PolicyChoice.ENVIRONMENT, "aimd"), hosting(List.of(Optional.of(50.0))));
        assertThat(policies.get()).isNotSameAs(policies.get());
    }

    @Test
    void anUnknownNameIsToldWithWhatWasExpected() {
        assertThatThrownBy(() -> policy("fifo"))
                .isInstanceOf(StartException.class)
                .hasMessage("KILTER_BATCH_POLICY: fifo (expected: slo, greedy, aimd or cork)");
    }

    @Test
    void aPolicyThatAimsAtAnObjectiveNeedsOne() {
        for (List<Optional<Double>> objectives :
                List.of(List.of(Optional.<Double>empty()), List.of(Optional.of(50.0), Optional.of(20.0)))) {
            assertThatThrownBy(() -> PolicyChoice.of(Map.of(PolicyChoice.ENVIRONMENT, "cork"), hosting(objectives)))
                    .isInstanceOf(StartException.class)
                    .hasMessage("KILTER_BATCH_POLICY: cork (expected: with that policy one model, with sloMillis)");
        }
    }
}

package dev.kilter.planner;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PlanTableTest {

    @Test
    void showsWhatWasChosenAndWhatWasNot() {
        PlanRequest request = Requests.of()
                .offer("cpu", "0.10", 4)
                .offer("a100", "3.50", 40)
                .fixed(80)
                .build();
        assertThat(PlanTable.of(Planner.plan(request))).isEqualTo("""
                CLASS  VARIANT  BATCH  REPLICAS  CAPACITY  P99  COST/H  EVIDENCE
                cpu    fp32     32     3         80/s      -    0.30    fixed target
                  unmeasured: first class that fits at 200/s, with a fixed 80/s a replica

                NOT CHOSEN    WHY
                fp32 on a100  unmeasured; its price alone is 11.7x
                """);
    }

    @Test
    void showsWhatBindsAndWhatComesNearest() {
        PlanRequest request = Requests.of()
                .p99Millis(8)
                .rate(20)
                .offer("cpu", "0.10", 4)
                .profile("fp32", "cpu", Curves.CPU)
                .build();
        assertThat(PlanTable.of(Planner.plan(request)))
                .startsWith("Not everything can be had. fp32 on cpu: p99 10.4ms > 8ms at batch 1; ")
                .contains("\nNearest:\nCLASS  VARIANT")
                .contains("\ncpu    fp32 ")
                .endsWith("\nNOT CHOSEN   WHY\nfp32 on cpu  p99 10.4ms > 8ms at batch 1\n");
    }
}

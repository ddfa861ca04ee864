package dev.kilter.autoscaler.dcgm;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.autoscaler.Gpu;
import dev.kilter.autoscaler.Reading;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Exporters over time. Of each GPU the energy rises, as long as the test does not say otherwise. */
class GpuWatchTest {

    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
    private static final GpuWatch.Exporter ON_A = new GpuWatch.Exporter("10.0.0.1:9400", Optional.of("a"));
    private static final GpuWatch.Exporter ON_B = new GpuWatch.Exporter("10.0.0.2:9400", Optional.of("b"));
    private static final GpuWatch.Exporter ANYWHERE = new GpuWatch.Exporter("10.0.0.3:9400", Optional.empty());

    private final GpuWatch watch = new GpuWatch();
    private String page = Recorded.oneGpu("ns", "p", 93, 15_000, 5_000);
    private int energy = 455_497_156;
    private boolean energyRises = true;

    @Test
    void tellsAPodsGpus() {
        take(ON_A, 0);
        Gpu gpu = gpu(0);
        assertThat(gpu.name()).isEqualTo("GPU 0 of a");
        assertThat(gpu.utilization()).isEqualTo(new Reading.Report<>(0.93));
        assertThat(gpu.memory()).isEqualTo(new Reading.Report<>(0.75));
        assertThat(gpu.faults()).isEmpty();
    }

    @Test
    void anExporterThatHangsIsBelievedForThreeRoundsAndThenNamed() {
        take(ON_A, 0);
        for (int s = 15; s <= 60; s += 15) {
            watch.take(ON_A, new Reading.Missing<>("out of time"), at(s));
        }
        assertThat(gpu(45).utilization()).isEqualTo(new Reading.Report<>(0.93));
        assertMissing(46, "the DCGM exporter of node a does not answer any more: out of time");
        take(ON_A, 75);
        assertThat(gpu(75).utilization()).isEqualTo(new Reading.Report<>(0.93));
    }

    @Test
    void whoNeverAnsweredIsNamedWithTheReason() {
        assertMissing(0, "no DCGM exporter is known on node a");
        watch.take(ON_A, new Reading.Missing<>("ConnectException at 10.0.0.1:9400"), at(0));
        assertMissing(0, "the DCGM exporter of node a has not answered yet: ConnectException at 10.0.0.1:9400");
    }

    @Test
    void anExporterWhoseEnergyStandsStillIsNotBelieved() {
        energyRises = false;
        int s = 0;
        for (; s <= 180; s += 15) {
            take(ON_A, s);
            assertThat(gpu(s).utilization()).isEqualTo(new Reading.Report<>(0.93));
        }
        take(ON_A, s);
        assertMissing(s, "the DCGM exporter of node a stands still: it tells the same of GPU 0 of a for minutes");
        energyRises = true;
        take(ON_A, s + 15);
        assertThat(gpu(s + 15).utilization()).isEqualTo(new Reading.Report<>(0.93));
    }

    @Test
    void samplesOfLongAgoAreNotBelieved() {
        page = page.replaceAll(
                "(?m)^(DCGM_FI_DEV_GPU_UTIL.*)$",
                "$1 " + START.minusSeconds(181).toEpochMilli());
        take(ON_A, 0);
        assertMissing(0, "the DCGM exporter of node a stands still: it tells the same of GPU 0 of a for minutes");
    }

    @Test
    void aPageOfAnotherNodeIsNotBelieved() {
        take(ON_B, 0);
        assertMissing(0, "the DCGM exporter of node b names pod p, which runs on node a");
    }

    @Test
    void anExporterOfNoKnownNodeMayTellOfAll() {
        take(ANYWHERE, 0);
        assertThat(gpu(0).utilization()).isEqualTo(new Reading.Report<>(0.93));
    }

    @Test
    void aPodThatIsNotOnThePageIsMissing() {
        page = Recorded.page(Recorded.ONE_GPU);
        take(ON_A, 0);
        assertMissing(0, "the DCGM exporter of node a does not name pod p");
        page = "go_goroutines 5\n";
        watch.take(ON_A, new Reading.Report<>(DcgmPage.read(page)), at(15));
        assertThat(missing(15)).startsWith("the DCGM exporter of node a: its page tells of no GPU");
    }

    @Test
    void aValueThatCannotBeIsMissingAndTheOthersStand() {
        page = Recorded.with(page, "DCGM_FI_DEV_GPU_UTIL", "NaN");
        page = Recorded.without(page, "DCGM_FI_PROF_GR_ENGINE_ACTIVE");
        take(ON_A, 0);
        assertThat(gpu(0).utilization())
                .isEqualTo(new Reading.Missing<>("DCGM_FI_DEV_GPU_UTIL: NaN (expected: 0 to 100)"));
        assertThat(gpu(0).memory()).isEqualTo(new Reading.Report<>(0.75));
    }

    @Test
    void anErrorOfTheGpuIsToldAsLongAsItStands() {
        page = xid("79", "GPU has fallen off the bus");
        take(ON_A, 0);
        assertThat(gpu(0).faults()).containsExactly("XID 79 (GPU has fallen off the bus)");
        for (int s = 15; s <= 8_000; s += 15) {
            take(ON_A, s);
        }
        assertThat(gpu(8_000).faults()).containsExactly("XID 79 (GPU has fallen off the bus)");
        page = xid("0", "No Error");
        take(ON_A, 8_010);
        assertThat(gpu(8_010).faults()).isEmpty();
    }

    @Test
    void anErrorOfTheApplicationIsToldForAnHourAndNotIfItWasThereBefore() {
        page = xid("31", "GPU memory page fault");
        take(ON_A, 0);
        assertThat(gpu(0).faults())
                .as("the exporter keeps it for ever; nobody knows how old it is")
                .isEmpty();
        page = xid("43", "GPU stopped processing");
        take(ON_A, 15);
        assertThat(gpu(15).faults()).containsExactly("XID 43 (GPU stopped processing)");
        for (int s = 30; s <= 3_615; s += 15) {
            take(ON_A, s);
        }
        assertThat(gpu(3_614).faults()).hasSize(1);
        assertThat(gpu(3_615).faults()).isEmpty();
    }

    @Test
    void heatIsToldWhileItsTimeRises() {
        page += page.lines()
                        .filter(line -> line.startsWith("DCGM_FI_DEV_GPU_TEMP{"))
                        .findFirst()
                        .orElseThrow()
                        .replace("DCGM_FI_DEV_GPU_TEMP", "DCGM_FI_DEV_THERMAL_VIOLATION")
                + "\n";
        take(ON_A, 0);
        assertThat(gpu(0).faults()).as("whatever was before").isEmpty();
        page = Recorded.with(page, "DCGM_FI_DEV_THERMAL_VIOLATION", "59000000");
        take(ON_A, 15);
        assertThat(gpu(15).faults()).containsExactly("slowed down by heat");
        take(ON_A, 300);
        assertThat(gpu(300).faults()).hasSize(1);
        take(ON_A, 316);
        assertThat(gpu(316).faults()).isEmpty();
    }

    @Test
    void rowsThatCouldNotBeRemappedAreTold() {
        page = Recorded.with(page, "DCGM_FI_DEV_ROW_REMAP_FAILURE", "1");
        take(ON_A, 0);
        assertThat(gpu(0).faults()).containsExactly("memory rows that fail could not be remapped");
    }

    @Test
    void whoIsNotAskedAnyMoreIsForgotten() {
        take(ON_A, 0);
        watch.retain(Set.of(ON_B));
        assertMissing(0, "no DCGM exporter is known on node a");
    }

    private String xid(String code, String text) {
        return Recorded.with(page, "DCGM_FI_DEV_XID_ERRORS", code)
                .replaceAll("err_msg=\"[^\"]*\"", "err_msg=\"" + text + "\"");
    }

    private void take(GpuWatch.Exporter exporter, int second) {
        energy += energyRises ? 600_000 : 0;
        page = Recorded.with(page, "DCGM_FI_DEV_TOTAL_ENERGY_CONSUMPTION", energy);
        watch.take(exporter, new Reading.Report<>(DcgmPage.read(page)), at(second));
    }

    private Gpu gpu(int second) {
        Reading<List<Gpu>> reading = watch.gpus("ns", "p", "a", at(second));
        assertThat(reading).isInstanceOf(Reading.Report.class);
        List<Gpu> gpus = ((Reading.Report<List<Gpu>>) reading).load();
        assertThat(gpus).hasSize(1);
        return gpus.getFirst();
    }

    private void assertMissing(int second, String reason) {
        assertThat(missing(second)).isEqualTo(reason);
    }

    private String missing(int second) {
        Reading<List<Gpu>> reading = watch.gpus("ns", "p", "a", at(second));
        assertThat(reading).isInstanceOf(Reading.Missing.class);
        return ((Reading.Missing<List<Gpu>>) reading).reason();
    }

    private static Instant at(int second) {
        return START.plusSeconds(second);
    }
}

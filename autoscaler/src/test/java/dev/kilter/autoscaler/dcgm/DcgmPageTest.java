package dev.kilter.autoscaler.dcgm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DcgmPageTest {

    private static final String LABELS =
            "{gpu=\"0\",UUID=\"GPU-1\",Hostname=\"n1\",container=\"c\",namespace=\"ns\",pod=\"p\"} ";

    @Test
    void readsARecordedPage() {
        DcgmPage page = DcgmPage.read(Recorded.page(Recorded.ONE_GPU));
        assertThat(page.problem()).isEmpty();
        Device device = only(page);
        assertThat(device.holder()).isEqualTo(new Device.Holder("default", "cuda-75454ffb9f-8ljq7"));
        assertThat(device.id().uuid()).isEqualTo("GPU-a8394b51-c086-568a-9f1a-c1e1c934c44c");
        assertThat(device.id().name("n1")).isEqualTo("GPU 0 of n1");
        assertThat(device.utilization()).isEqualTo(new Value.Known(0));
        assertThat(known(device.memory())).isCloseTo(1.0 / 20_016, within(1e-9));
        assertThat(device.known(Metric.XID).orElseThrow()).isZero();
        assertThat(device.xidText()).isEqualTo("No Error");
        assertThat(device.known(Metric.ENERGY).orElseThrow()).isEqualTo(455_497_156);
    }

    /** The recorded page has values that are no number at all, of a field that is not read. */
    @Test
    void gpusThatNoPodHoldsAreLeftOut() {
        DcgmPage page = DcgmPage.read(Recorded.page(Recorded.MIG));
        assertThat(page.problem()).isEmpty();
        assertThat(page.devices()).isEmpty();
    }

    @Test
    void instancesAreToldApartAndMeasuredByTheirEngines() {
        String held = Recorded.page(Recorded.MIG)
                .replace("\"} ", "\",container=\"c\",namespace=\"ns\",pod=\"p\"} ")
                .replace("} 0.000000", "} 0.25");
        DcgmPage page = DcgmPage.read(held + "DCGM_FI_DEV_GPU_UTIL{gpu=\"0\","
                + "UUID=\"GPU-1f027ee8-6e1e-2b8c-0108-3d370e5f0418\",GPU_I_PROFILE=\"2g.20gb\",GPU_I_ID=\"3\","
                + "namespace=\"ns\",pod=\"p\"} 0\n");
        assertThat(page.devices()).hasSize(4);
        Device instance = page.devices().getFirst();
        assertThat(instance.id().name("n1")).isEqualTo("instance 3 (2g.20gb) of GPU 0 of n1");
        assertThat(instance.utilization())
                .as("an exporter tells 0 % of every instance")
                .isEqualTo(new Value.Known(0.25));
        assertThat(known(instance.memory())).isCloseTo(10.0 / 19_967, within(1e-9));
    }

    /** Recorded after XID 31 (DCGM issue 303): profiling is dead, the GPU is not. */
    @Test
    void theUtilisationCountsBeforeTheActivityOfAWholeGpu() {
        Device device = only(
                DcgmPage.read(line("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "0.000000") + line("DCGM_FI_DEV_GPU_UTIL", "100")));
        assertThat(device.utilization()).isEqualTo(new Value.Known(1));
    }

    @Test
    void withoutUtilisationTheActivityStands() {
        assertThat(only(DcgmPage.read(line("DCGM_FI_PROF_GR_ENGINE_ACTIVE", "0.714")))
                        .utilization())
                .isEqualTo(new Value.Known(0.714));
    }

    @ParameterizedTest
    @ValueSource(strings = {"NaN", "+Inf", "-Inf", "-1", "101", "1e300", "ERROR - FAILED TO CONVERT TO STRING", "0x"})
    void whatCannotBeIsAProblemAndNoNumber(String text) {
        Device device = only(DcgmPage.read(line("DCGM_FI_DEV_GPU_UTIL", text)));
        assertThat(device.utilization())
                .isEqualTo(new Value.Unusable(new Problem.Implausible(
                        "DCGM_FI_DEV_GPU_UTIL", text, text.matches("ERROR.*|0x|.Inf") ? "a number" : "0 to 100")));
    }

    /** As recorded: DCGM's own values for "not found", "not supported", "not permitted". */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "9223372036854775792",
                "9223372036854775793",
                "9223372036854775794",
                "9223372036854775795",
                "140737488355328.000000",
                "140737488355330.000000"
            })
    void dcgmsBlankIsNotTold(String blank) {
        Device device = only(DcgmPage.read(line("DCGM_FI_DEV_FB_USED", blank) + line("DCGM_FI_DEV_FB_FREE", "10")));
        assertThat(device.memory()).isEqualTo(new Value.Unusable(new Problem.NotTold("DCGM_FI_DEV_FB_USED")));
    }

    @Test
    void aRepeatedLineIsOneAndAContradictionIsNone() {
        String once = line("DCGM_FI_DEV_GPU_UTIL", "40");
        assertThat(only(DcgmPage.read(once + once)).utilization()).isEqualTo(new Value.Known(0.4));
        assertThat(only(DcgmPage.read(once + line("DCGM_FI_DEV_GPU_UTIL", "90") + once))
                        .utilization())
                .isEqualTo(new Value.Unusable(new Problem.Contradictory("DCGM_FI_DEV_GPU_UTIL", "40", "90")));
    }

    @Test
    void memoryOfNothingIsAProblem() {
        Device device = only(DcgmPage.read(line("DCGM_FI_DEV_FB_USED", "0") + line("DCGM_FI_DEV_FB_FREE", "0")));
        assertThat(device.memory())
                .isInstanceOfSatisfying(
                        Value.Unusable.class,
                        unusable -> assertThat(unusable.problem()).isInstanceOf(Problem.Implausible.class));
    }

    /** Recorded behind Prometheus (DCGM exporter's issue 340): pod and namespace are the exporter's own there. */
    @Test
    void whatPrometheusRenamedIsFound() {
        Device device =
                only(DcgmPage.read("DCGM_FI_DEV_GPU_UTIL{Hostname=\"worker1\", UUID=\"GPU-1\", container=\"exporter\","
                        + " exported_container=\"runner\", exported_namespace=\"team\", exported_pod=\"pod3\", gpu=\"0\","
                        + " namespace=\"monitoring\", pod=\"dcgm-exporter-dev-78z52\", } 12 1717920000000\n"));
        assertThat(device.holder()).isEqualTo(new Device.Holder("team", "pod3"));
        assertThat(device.atMillis()).hasValue(1_717_920_000_000L);
    }

    @Test
    void theOldNamesOfThePodsLabelsAreFound() {
        assertThat(only(DcgmPage.read("DCGM_FI_DEV_GPU_UTIL{gpu=\"4\",uuid=\"GPU-1\",device=\"nvidia4\","
                                + "container_name=\"grpc\",pod_name=\"d85np-t6mdg\",pod_namespace=\"ai-1\"} 1\n"))
                        .holder())
                .isEqualTo(new Device.Holder("ai-1", "d85np-t6mdg"));
    }

    @Test
    void podsThatShareAGpuAreToldApart() {
        String shared = "DCGM_FI_DEV_GPU_UTIL{gpu=\"0\",UUID=\"GPU-1\",vgpu=\"%s\",namespace=\"ns\",pod=\"%s\"} 71\n";
        List<Device> devices = DcgmPage.read(shared.formatted("0", "a") + shared.formatted("1", "b"))
                .devices();
        assertThat(devices)
                .extracting(Device::holder)
                .containsExactly(new Device.Holder("ns", "a"), new Device.Holder("ns", "b"));
    }

    @Test
    void aCutPageLosesItsLastLineAndSaysSo() {
        String page = line("DCGM_FI_DEV_FB_FREE", "10") + line("DCGM_FI_DEV_FB_USED", "20015");
        Device device = only(DcgmPage.read(page.substring(0, page.length() - 4)));
        assertThat(device.memory())
                .isInstanceOfSatisfying(
                        Value.Unusable.class,
                        lost -> assertThat(lost.problem())
                                .isInstanceOfSatisfying(
                                        Problem.Unreadable.class,
                                        unreadable ->
                                                assertThat(unreadable.line()).isEqualTo(2)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "DCGM_FI_DEV_GPU_UTIL{gpu=0} 1|column 26: expected \"",
                "DCGM_FI_DEV_GPU_UTIL{gpu=\"0|column 28: expected \" at the end of a label's value",
                "DCGM_FI_DEV_GPU_UTIL{gpu=\"0\"}|column 30: expected a value",
                "DCGM_FI_DEV_GPU_UTIL{gpu=\"0\" UUID=\"a\"} 1|column 30: expected , or }",
                "DCGM_FI_DEV_GPU_UTIL{=\"0\"} 1|column 22: expected a label's name"
            })
    void aLineThatIsNoneIsToldWithItsPlace(String line, String message) {
        assertThat(DcgmPage.read("# a comment\n" + line + "\n").problem()).contains(new Problem.Unreadable(2, message));
    }

    @Test
    void anotherProgramsPageTellsOfNoGpu() {
        assertThat(DcgmPage.read("go_goroutines 5\n").problem()).contains(new Problem.NoGpus());
        assertThat(DcgmPage.read("").problem()).contains(new Problem.NoGpus());
        assertThat(DcgmPage.read("<html>login</html>").problem()).contains(new Problem.NoGpus());
    }

    @Test
    void escapedLabelsAreRead() throws Sample.Malformed {
        assertThat(Sample.parse("m{a=\"x\\\\y\\\"z\\n\",b=\"\"} 1").labels())
                .containsEntry("a", "x\\y\"z\n")
                .containsEntry("b", "");
    }

    private static String line(String field, String value) {
        return field + LABELS + value + "\n";
    }

    private static Device only(DcgmPage page) {
        assertThat(page.devices()).hasSize(1);
        return page.devices().getFirst();
    }

    private static double known(Value value) {
        assertThat(value).isInstanceOf(Value.Known.class);
        return ((Value.Known) value).value();
    }
}

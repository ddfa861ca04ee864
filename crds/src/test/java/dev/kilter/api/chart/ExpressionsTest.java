package dev.kilter.api.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Alerts and dashboards ask for series that exist. Kilter's own are those of {@code docs/metrics.md}, which a test of
 * the command line holds against the running programs; DCGM's are those of a recorded page.
 */
class ExpressionsTest {

    /** What Prometheus adds to each series of a pod. */
    private static final Set<String> OF_THE_TARGET = Set.of("namespace", "pod", "container", "job", "instance", "le");

    private static final Pattern DOCUMENTED = Pattern.compile("(?m)^\\| `(kilter_\\w+)` \\| (\\w+) \\|(.*?)\\| ");
    private static final Pattern METRIC = Pattern.compile("\\b(kilter_\\w+|DCGM_\\w+|up)\\b(\\{[^}]*})?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)(=~|!~|=|!=)\"");
    private static final Pattern GROUPED = Pattern.compile("\\bby \\(([^)]*)\\)");

    private static final Map<String, Set<String>> METRICS = documented();
    private static final Set<String> DCGM = recorded();

    @Test
    void ofAlerts() throws IOException {
        JsonNode alerts = new YAMLMapper()
                .readTree(Chart.FOLDER.resolve("files/alerts.yaml").toFile());
        assertThat(alerts)
                .hasSizeGreaterThan(5)
                .allSatisfy(alert -> check(alert.get("expr").asText()));
    }

    @Test
    void ofDashboards() throws IOException {
        List<String> expressions = new ArrayList<>();
        for (JsonNode dashboard : dashboards()) {
            for (JsonNode panel : dashboard.get("panels")) {
                panel.path("targets")
                        .forEach(target -> expressions.add(target.get("expr").asText()));
            }
            dashboard
                    .at("/templating/list")
                    .forEach(variable ->
                            expressions.add(variable.at("/query/query").asText("")));
        }
        assertThat(expressions).hasSizeGreaterThan(40).allSatisfy(ExpressionsTest::check);
    }

    @Test
    void aWrongNameOrLabelWouldBeFound() {
        assertThat(wrong("sum(rate(kilter_gateway_offerd_total[5m]))")).containsExactly("kilter_gateway_offerd_total");
        assertThat(wrong("kilter_gateway_offered_total{pool=\"a\"}"))
                .containsExactly("kilter_gateway_offered_total{pool}");
        assertThat(wrong("sum by (reason) (kilter_gateway_offered_total)")).containsExactly("by (reason)");
        assertThat(wrong("DCGM_FI_DEV_GPU_HEAT")).containsExactly("DCGM_FI_DEV_GPU_HEAT");
        assertThat(wrong("sum(up")).containsExactly("parentheses");
    }

    @Test
    void panelsOfADashboardDoNotOverlapAndSayWhatTheyShow() throws IOException {
        for (JsonNode dashboard : dashboards()) {
            Set<String> cells = new HashSet<>();
            for (JsonNode panel : dashboard.get("panels")) {
                JsonNode at = panel.get("gridPos");
                for (int x = 0; x < at.get("w").asInt(); x++) {
                    for (int y = 0; y < at.get("h").asInt(); y++) {
                        int column = at.get("x").asInt() + x;
                        assertThat(column).isLessThan(24);
                        assertThat(cells.add(column + "," + (at.get("y").asInt() + y)))
                                .as(panel.get("title").asText())
                                .isTrue();
                    }
                }
                if (!panel.get("type").asText().equals("row")) {
                    assertThat(panel.get("description").asText()).isNotBlank();
                }
            }
        }
    }

    private static void check(String expression) {
        assertThat(wrong(expression)).as(expression).isEmpty();
    }

    /** Names and labels that nobody exports. */
    private static Set<String> wrong(String expression) {
        Set<String> wrong = new TreeSet<>();
        Set<String> labels = new HashSet<>(OF_THE_TARGET);
        METRIC.matcher(expression).results().forEach(found -> {
            Set<String> known = labelsOf(found.group(1));
            if (known == null) {
                wrong.add(found.group(1));
                return;
            }
            labels.addAll(known);
            if (found.group(2) != null) {
                LABEL.matcher(found.group(2))
                        .results()
                        .map(label -> label.group(1))
                        .filter(label -> !known.contains(label) && !OF_THE_TARGET.contains(label))
                        .forEach(label -> wrong.add(found.group(1) + "{" + label + "}"));
            }
        });
        GROUPED.matcher(expression)
                .results()
                .flatMap(found -> Stream.of(found.group(1).split(",\\s*")))
                .filter(label -> !labels.contains(label) && wrong.isEmpty())
                .forEach(label -> wrong.add("by (" + label + ")"));
        if (expression.chars().filter(c -> c == '(').count()
                != expression.chars().filter(c -> c == ')').count()) {
            wrong.add("parentheses");
        }
        return wrong;
    }

    /** Null: nobody exports it. */
    private static Set<String> labelsOf(String metric) {
        if (metric.startsWith("DCGM_")) {
            return DCGM.contains(metric) ? Set.of("gpu", "UUID", "device", "modelName", "Hostname") : null;
        }
        if (metric.equals("up")) {
            return Set.of();
        }
        return METRICS.get(metric);
    }

    /** Labels by metric; of a histogram each of its series. */
    private static Map<String, Set<String>> documented() {
        Map<String, Set<String>> metrics = new TreeMap<>();
        for (MatchResult row : DOCUMENTED
                .matcher(read(Path.of("../docs/metrics.md")))
                .results()
                .toList()) {
            Set<String> labels = Stream.of(
                            row.group(3).replaceAll("\\(.*?\\)", "").split(","))
                    .map(label -> label.replace("`", "").strip().replaceAll("=.*", ""))
                    .filter(label -> !label.isEmpty())
                    .collect(Collectors.toSet());
            List<String> suffixes =
                    row.group(2).equals("histogram") ? List.of("_bucket", "_sum", "_count") : List.of("");
            suffixes.forEach(suffix -> metrics.put(row.group(1) + suffix, labels));
        }
        assertThat(metrics).hasSizeGreaterThan(40);
        return metrics;
    }

    private static Set<String> recorded() {
        return read(Path.of("../autoscaler/src/test/resources/dcgm/gpu-operator-25.10.txt"))
                .lines()
                .filter(line -> line.startsWith("DCGM_"))
                .map(line -> line.substring(0, line.indexOf('{')))
                .collect(Collectors.toSet());
    }

    private static List<JsonNode> dashboards() throws IOException {
        List<JsonNode> dashboards = new ArrayList<>();
        for (ConfigMap map : Chart.render(chart -> chart.set("monitoring.dashboards.enabled", "true")).stream()
                .filter(ConfigMap.class::isInstance)
                .map(ConfigMap.class::cast)
                .filter(map -> "1".equals(map.getMetadata().getLabels().get("grafana_dashboard")))
                .toList()) {
            for (String json : map.getData().values()) {
                dashboards.add(new JsonMapper().readTree(json));
            }
        }
        assertThat(dashboards).hasSize(2);
        return dashboards;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

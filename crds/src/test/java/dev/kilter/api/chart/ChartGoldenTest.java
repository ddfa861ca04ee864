package dev.kilter.api.chart;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.api.schema.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart renders, object by object, so that a change of it is seen in review. */
class ChartGoldenTest {

    private static final Path FOLDER = Path.of("src/test/resources/chart");
    private static final String VALUES = ".values.yaml";

    static Stream<String> sets() throws IOException {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files
                    .map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(VALUES))
                    .map(name -> name.substring(0, name.length() - VALUES.length()))
                    .sorted()
                    .toList()
                    .stream();
        }
    }

    @ParameterizedTest
    @MethodSource("sets")
    void whatIsRenderedIsWhatIsCommitted(String set) throws IOException {
        String rendered = Chart.text(chart -> chart.withValuesFile(FOLDER.resolve(set + VALUES)));
        Golden.check(
                FOLDER.resolve(set + ".golden.yaml"),
                Arrays.stream(rendered.split("(?m)^---\n"))
                        .map(ChartGoldenTest::withoutFiles)
                        .collect(Collectors.joining("---\n")),
                "mvn -q -pl crds -Dcrds.update=true -Dtest=ChartGoldenTest test");
    }

    /** The text of CRDs and dashboards is committed already. */
    private static String withoutFiles(String object) {
        if (object.contains("kind: CustomResourceDefinition\n")) {
            return object.substring(0, object.indexOf("spec:\n")) + "# spec: as in crds/\n";
        }
        return object.contains("# Source: kilter/templates/dashboards.yaml\n")
                ? object.substring(0, object.indexOf(".json: |-\n")) + ".json: # as in files/dashboards/\n"
                : object;
    }

    @Test
    void everyPartOfTheChartIsRenderedBySomeSet() throws IOException {
        StringBuilder all = new StringBuilder();
        for (String set : sets().toList()) {
            all.append(Files.readString(FOLDER.resolve(set + ".golden.yaml")));
        }
        try (Stream<Path> templates = Files.list(Chart.FOLDER.resolve("templates"))) {
            assertThat(templates.map(file -> file.getFileName().toString()).filter(name -> name.endsWith(".yaml")))
                    .isNotEmpty()
                    .allSatisfy(name -> assertThat(all).contains("# Source: kilter/templates/" + name));
        }
    }
}

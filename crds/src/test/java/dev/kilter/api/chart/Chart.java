package dev.kilter.api.chart;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;

/** What the chart renders. */
final class Chart {

    static final Path FOLDER = Path.of("../helm/kilter");

    private static final YAMLMapper YAML = new YAMLMapper();

    private Chart() {}

    /** As Helm prints it. */
    static String text(UnaryOperator<TemplateCommand> values) {
        return values.apply(new Helm(FOLDER)
                        .template()
                        .withName("kilter")
                        .withNamespace("kilter-system")
                        .withKubeVersion("1.34.0"))
                .call();
    }

    static List<HasMetadata> render(UnaryOperator<TemplateCommand> values) {
        String yaml = text(values);
        try (MappingIterator<JsonNode> documents =
                YAML.readerFor(JsonNode.class).readValues(yaml)) {
            return documents.readAll().stream()
                    .filter(JsonNode::isObject)
                    .map(document ->
                            (HasMetadata) Serialization.unmarshal(document.toString(), KubernetesResource.class))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(yaml, e);
        }
    }
}

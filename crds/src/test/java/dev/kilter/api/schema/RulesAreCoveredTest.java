package dev.kilter.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** No rule without a row that proves it, and no rule without a message that says what was expected. */
class RulesAreCoveredTest {

    @Test
    void everyRuleHasARefusal() {
        List<Refusal> rows = Stream.of(
                        Refusal.BETWEEN_FIELDS, Refusal.OF_FIELDS, Refusal.ON_UPDATE, Refusal.ON_STATUS_UPDATE)
                .flatMap(List::stream)
                .toList();

        for (var kind : Crds.KINDS) {
            Set<String> proven = rows.stream().map(Refusal::message).collect(Collectors.toCollection(TreeSet::new));
            for (String message : messages(schema(kind))) {
                assertThat(proven).as("%s: %s", kind.getSimpleName(), message).anyMatch(message::contains);
            }
        }
    }

    @Test
    void everyMessageNamesTheFieldAndWhatWasExpected() {
        for (var kind : Crds.KINDS) {
            assertThat(messages(schema(kind))).allMatch(m -> m.matches("([A-Za-z0-9.\\[\\]]+: .+ \\()?expected: .+"));
        }
    }

    private static JSONSchemaProps schema(Class<? extends io.fabric8.kubernetes.client.CustomResource<?, ?>> kind) {
        return Crds.of(kind).getSpec().getVersions().getFirst().getSchema().getOpenAPIV3Schema();
    }

    private static List<String> messages(JSONSchemaProps schema) {
        List<String> messages = new ArrayList<>();
        schema.getXKubernetesValidations().forEach(rule -> messages.add(rule.getMessage()));
        if (schema.getProperties() != null) {
            schema.getProperties().values().forEach(property -> messages.addAll(messages(property)));
        }
        if (schema.getItems() != null) {
            messages.addAll(messages(schema.getItems().getSchema()));
        }
        return messages;
    }
}

package dev.kilter.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeclaredFieldsTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest(name = "{0} by {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1,\"b\":2}|{\"properties\":{\"a\":{}}}|{\"a\":1}",
                "{\"a\":{\"b\":1,\"c\":2}}|{\"properties\":{\"a\":{\"properties\":{\"c\":{}}}}}|{\"a\":{\"c\":2}}",
                "[{\"a\":1,\"b\":2},{\"b\":3}]|{\"items\":{\"properties\":{\"a\":{}}}}|[{\"a\":1},{}]",
                "{\"k\":{\"a\":1,\"b\":2}}|{\"additionalProperties\":{\"properties\":{\"a\":{}}}}|{\"k\":{\"a\":1}}",
                // Of what a schema says nothing it says nothing against.
                "{\"k\":{\"a\":1}}|{\"additionalProperties\":true}|{\"k\":{\"a\":1}}",
                "{\"a\":{\"b\":[1]}}|{}|{\"a\":{\"b\":[1]}}",
            })
    void whatASchemaDoesNotHaveIsLeftOut(String value, String schema, String left) throws JsonProcessingException {
        JsonNode pruned = JSON.readTree(value);
        DeclaredFields.prune(pruned, JSON.readTree(schema));
        assertThat(pruned).isEqualTo(JSON.readTree(left));
    }
}

package dev.kilter.operator.apply;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DriftTest {

    private static final ObjectMapper JSON = new ObjectMapper();

    @ParameterizedTest(name = "{0} on {1}: {2}")
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"a\":1}|{\"a\":1,\"b\":2}|-",
                "{\"a\":1}|{\"a\":2}|/a",
                "{\"a\":{\"b\":\"x\"}}|{}|/a",
                // What Go leaves out.
                "{\"a\":false,\"b\":\"\",\"c\":0,\"d\":{}}|{}|-",
                "{\"a\":0}|{\"a\":3}|/a",
                // Lists with keys are compared by key, others as a whole.
                "{\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}|{\"env\":[{\"name\":\"B\"},{\"name\":\"A\",\"value\":\"1\"}]}|-",
                "{\"env\":[{\"name\":\"A\",\"value\":\"1\"}]}|{\"env\":[{\"name\":\"A\",\"value\":\"2\"}]}|/env/A/value",
                "{\"args\":[\"serve\"]}|{\"args\":[\"serve\",\"x\"]}|/args",
                // The server writes quantities its own way.
                "{\"cpu\":\"1000m\"}|{\"cpu\":\"1\"}|-",
                "{\"memory\":\"1Gi\"}|{\"memory\":\"1024Mi\"}|-",
                "{\"memory\":\"1Gi\"}|{\"memory\":\"2Gi\"}|/memory",
            })
    void onlyWhatIsLackingIsDrift(String desired, String actual, String where) throws JsonProcessingException {
        assertThat(Drift.between(JSON.readTree(desired), JSON.readTree(actual)).orElse("-"))
                .isEqualTo(where);
    }
}

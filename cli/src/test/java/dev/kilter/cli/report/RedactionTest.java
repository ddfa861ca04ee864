package dev.kilter.cli.report;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that is secret here has SESAME in it. */
class RedactionTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET https://bot:SESAME@models.test/a.onnx",
                "s3 https://b.test/a.onnx?X-Amz-Signature=SESAME&X-Amz-Date=1",
                "az https://b.test/a.onnx?sv=1&sig=SESAME",
                "Authorization: Bearer SESAMESESAME",
                "header authorization=Basic SESAMESESAME==",
                "AWS_SECRET_ACCESS_KEY=SESAME",
                "{\"password\":\"SESAME\"}",
                "api-key: SESAME",
                "token eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJTRVNBTUUifQ.SESAME",
                "-----BEGIN RSA PRIVATE KEY-----\nSESAME\nSESAME\n-----END RSA PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nSESAME cut"
            })
    void aSecretsFormIsTakenOutOfText(String text) {
        assertThat(Redaction.text(text)).doesNotContain("SESAME").contains(Redaction.REDACTED);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pod search-0a-1 finds no node: 0/3 nodes are available",
                "2026-11-26 INFO Server: listens on http://0.0.0.0:8080",
                "kilter_runtime_requests_total{model=\"search\",outcome=\"answered\"} 12.0",
                "sha256:1111111111111111111111111111111111111111111111111111111111111111",
                "150/s at 100% of 100/s a replica as measured"
            })
    void everythingElseStays(String text) {
        assertThat(Redaction.text(text)).isEqualTo(text);
    }

    @Test
    void anObjectLosesValuesAndKeepsReferences() throws Exception {
        String redacted = Redaction.object(new JsonMapper().readTree("""
                {"metadata": {
                   "name": "search",
                   "managedFields": [{"x": "SESAME"}],
                   "annotations": {
                     "kubectl.kubernetes.io/last-applied-configuration": "SESAME",
                     "team.test/api-token": "SESAME",
                     "team.test/owner": "search"}},
                 "spec": {
                   "imagePullSecrets": [{"name": "registry"}],
                   "volumes": [{"secret": {"secretName": "models"}}],
                   "containers": [{"env": [
                     {"name": "DB_PASSWORD", "value": "SESAME"},
                     {"name": "MODELS", "value": "https://u:SESAME@models.test/a"},
                     {"name": "KEY", "valueFrom": {"secretKeyRef": {"name": "models", "key": "aws-secret"}}},
                     {"name": "KILTER_PORT", "value": "8080"}]}]}}
                """)).toString();
        assertThat(redacted)
                .doesNotContain("SESAME", "managedFields", "last-applied")
                .contains("\"secretName\":\"models\"", "{\"name\":\"registry\"}", "\"name\":\"models\"")
                .contains("\"value\":\"8080\"", "\"team.test/owner\":\"search\"", "DB_PASSWORD");
    }
}

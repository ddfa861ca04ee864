package dev.kilter.e2e;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What the API server wrote of the requests of Kilter's service accounts. */
record AuditLog(Path folder) {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String ACCOUNT = "system:serviceaccount:";

    /** Of the cluster under test, if it keeps one where we can read it. */
    static Optional<AuditLog> ofTheCluster() {
        return Optional.ofNullable(System.getenv("KILTER_E2E_AUDIT"))
                .map(Path::of)
                .filter(Files::isDirectory)
                .map(AuditLog::new);
    }

    /**
     * One answered request.
     *
     * @param at when it was answered
     * @param account the service account's name, such as {@code kilter-operator}
     * @param resource with its subresource, as roles write it; empty: not of a resource
     * @param code the answer's status
     * @param allowed what the authorizer said
     * @param message of an answer that is an error
     */
    record Request(
            Instant at,
            String account,
            String group,
            String resource,
            String namespace,
            String verb,
            int code,
            boolean allowed,
            String message) {

        /** Refused for want of a right; a namespace that is going takes nothing new from anybody. */
        boolean isForbidden() {
            return !allowed || (code == 403 && !message.contains("because it is being terminated"));
        }

        @Override
        public String toString() {
            return at + " " + account + ": " + verb + " " + resource + (group.isEmpty() ? "" : "." + group) + " in "
                    + namespace + ": " + code + " " + message;
        }
    }

    List<Request> requests() {
        try (Stream<Path> files = Files.list(folder)) {
            return files.flatMap(AuditLog::lines)
                    .map(AuditLog::parsed)
                    .filter(event -> account(event).startsWith("kilter-"))
                    .map(AuditLog::request)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + folder, e);
        }
    }

    /** The last may be being written. */
    private static Stream<String> lines(Path file) {
        try {
            String text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
            return text.substring(0, text.lastIndexOf('\n') + 1).lines();
        } catch (IOException e) {
            throw new UncheckedIOException("reading " + file, e);
        }
    }

    private static JsonNode parsed(String line) {
        try {
            return JSON.readTree(line);
        } catch (IOException e) {
            throw new UncheckedIOException("in the audit log: " + line, e);
        }
    }

    private static String account(JsonNode event) {
        String user = event.path("user").path("username").asText();
        return user.startsWith(ACCOUNT) ? user.substring(user.lastIndexOf(':') + 1) : "";
    }

    private static Request request(JsonNode event) {
        JsonNode object = event.path("objectRef");
        JsonNode answer = event.path("responseStatus");
        String resource = object.path("resource").asText();
        String part = object.path("subresource").asText();
        return new Request(
                Instant.parse(event.path("stageTimestamp").asText()),
                account(event),
                object.path("apiGroup").asText(),
                part.isEmpty() ? resource : resource + "/" + part,
                object.path("namespace").asText(),
                event.path("verb").asText(),
                answer.path("code").asInt(),
                event.path("annotations")
                        .path("authorization.k8s.io/decision")
                        .asText()
                        .equals("allow"),
                answer.path("message").asText());
    }
}

package dev.kilter.cli.report;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** Takes out what might be a secret: by the name it goes under, and by its form. Names of Secrets stay. */
final class Redaction {

    /** What stands in a secret's place. */
    static final String REDACTED = "(redacted)";

    /** Of a copy of the whole object, with whatever was in it. */
    private static final Set<String> LEFT_OUT =
            Set.of("kubectl.kubernetes.io/last-applied-configuration", "managedFields");

    private static final String NAMES = "pass(word|wd|phrase)|secret|token|credential|api[-_.]?key|access[-_.]?key|"
            + "private[-_.]?key|account[-_.]?key|authorization|connection[-_.]?string|signature";

    private static final Pattern NAME = Pattern.compile(NAMES, Pattern.CASE_INSENSITIVE);

    /** Say which, not what. */
    private static final Set<String> REFERENCES = Set.of(
            "secretName",
            "secretRef",
            "secretKeyRef",
            "imagePullSecrets",
            "serviceAccountToken",
            "secret",
            "projected");

    /** A secret by its form; the groups that are put in its place stay. */
    private record Form(Pattern pattern, String left) {

        Form(String regex, String left) {
            this(Pattern.compile(regex), left);
        }
    }

    private static final List<Form> FORMS = List.of(
            new Form("(://)[^/\\s\"'@]+@", "$1" + REDACTED + "@"),
            new Form("(?s)(-----BEGIN [A-Z ]*PRIVATE KEY-----).*?(-----END|\\z)", "$1" + REDACTED + "$2"),
            new Form("\\beyJ[\\w-]{8,}\\.[\\w-]{8,}\\.[\\w-]*", REDACTED),
            new Form("\\b(AKIA|ASIA)[A-Z0-9]{16}\\b", REDACTED),
            new Form("(?i)\\b(bearer|basic) +[\\w+/=.~-]{8,}", "$1 " + REDACTED),
            new Form("(?i)([?&;](?:[\\w-]*(?:" + NAMES + ")|sig)=)[^&\\s\"']+", "$1" + REDACTED),
            new Form(
                    "(?i)(\\b[\\w.-]*(?:" + NAMES + ")[\"']?\\s*[=:]\\s*[\"']?)(?!\\(redacted\\))[^\\s\"',;&{}\\[\\]]+",
                    "$1" + REDACTED));

    private Redaction() {}

    /** A log, a page, a message. */
    static String text(String text) {
        String left = text;
        for (Form form : FORMS) {
            left = form.pattern().matcher(left).replaceAll(form.left());
        }
        return left;
    }

    /** An object of the API, in a copy. */
    static JsonNode object(JsonNode node) {
        return switch (node) {
            case ObjectNode object -> fields(object);
            case ArrayNode array -> {
                ArrayNode copy = JsonNodeFactory.instance.arrayNode();
                array.forEach(each -> copy.add(object(each)));
                yield copy;
            }
            default -> node.isTextual() ? JsonNodeFactory.instance.textNode(text(node.asText())) : node;
        };
    }

    private static JsonNode fields(ObjectNode object) {
        ObjectNode copy = JsonNodeFactory.instance.objectNode();
        boolean secretVariable =
                object.path("name").isTextual() && isSecret(object.path("name").asText());
        object.properties().forEach(field -> {
            boolean value = field.getValue().isTextual()
                    && (isSecret(field.getKey()) || (field.getKey().equals("value") && secretVariable));
            if (!LEFT_OUT.contains(field.getKey())) {
                copy.set(
                        field.getKey(), value ? JsonNodeFactory.instance.textNode(REDACTED) : object(field.getValue()));
            }
        });
        return copy;
    }

    private static boolean isSecret(String name) {
        return !REFERENCES.contains(name) && NAME.matcher(name).find();
    }
}

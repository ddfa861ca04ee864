package dev.kilter.operator.apply;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Whether an object on the API server already says all that we want of it. What others, or the server's defaults, add
 * is no drift.
 */
final class Drift {

    /** What tells the elements of Kubernetes' lists apart, the first that all elements have. */
    private static final List<String> KEYS = List.of("uid", "name", "mountPath", "containerPort", "port");

    private static final Pattern QUANTITY = Pattern.compile("\\d+(\\.\\d+)?([munkKMGTPE]i?)?");

    private Drift() {}

    /**
     * The first place where the actual object lacks something that is wanted.
     *
     * @return a path such as {@code /spec/template/spec/containers/server/image}; empty: nothing is lacking
     */
    static Optional<String> between(JsonNode desired, JsonNode actual) {
        return between(desired, actual, "");
    }

    private static Optional<String> between(JsonNode desired, JsonNode actual, String path) {
        if (saysNothing(desired) && (actual.isMissingNode() || saysNothing(actual))) {
            return Optional.empty();
        }
        if (desired.isObject() && actual.isObject()) {
            return betweenMembers(desired, actual, path);
        }
        if (desired.isArray() && actual.isArray()) {
            return betweenElements(desired, actual, path);
        }
        return sameValue(desired, actual) ? Optional.empty() : Optional.of(path);
    }

    /** The API server leaves out what equals a Go zero value. */
    private static boolean saysNothing(JsonNode node) {
        return node.isNull()
                || (node.isContainerNode() && node.isEmpty())
                || (node.isTextual() && node.textValue().isEmpty())
                || (node.isBoolean() && !node.booleanValue())
                || (node.isNumber() && node.doubleValue() == 0);
    }

    private static Optional<String> betweenMembers(JsonNode desired, JsonNode actual, String path) {
        for (Map.Entry<String, JsonNode> member : desired.properties()) {
            Optional<String> found =
                    between(member.getValue(), actual.path(member.getKey()), path + "/" + member.getKey());
            if (found.isPresent()) {
                return found;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> betweenElements(JsonNode desired, JsonNode actual, String path) {
        Optional<String> key = KEYS.stream().filter(k -> allHave(desired, k)).findFirst();
        if (key.isEmpty() && desired.size() != actual.size()) {
            return Optional.of(path);
        }
        for (int i = 0; i < desired.size(); i++) {
            JsonNode wanted = desired.get(i);
            JsonNode found = key.isPresent() ? element(actual, key.get(), wanted.get(key.get())) : actual.path(i);
            String place = path + "/" + key.map(k -> wanted.get(k).asText()).orElse(String.valueOf(i));
            Optional<String> drift = between(wanted, found, place);
            if (drift.isPresent()) {
                return drift;
            }
        }
        return Optional.empty();
    }

    private static boolean allHave(JsonNode array, String key) {
        for (JsonNode element : array) {
            if (!element.hasNonNull(key)) {
                return false;
            }
        }
        return !array.isEmpty();
    }

    private static JsonNode element(JsonNode array, String key, JsonNode value) {
        for (JsonNode element : array) {
            if (value.equals(element.get(key))) {
                return element;
            }
        }
        return MissingNode.getInstance();
    }

    private static boolean sameValue(JsonNode desired, JsonNode actual) {
        if (!desired.isValueNode() || !actual.isValueNode()) {
            return false;
        }
        String wanted = desired.asText();
        String found = actual.asText();
        // The server writes quantities its own way: 1000m becomes 1.
        return wanted.equals(found)
                || (QUANTITY.matcher(wanted).matches()
                        && QUANTITY.matcher(found).matches()
                        && new Quantity(wanted).equals(new Quantity(found)));
    }
}

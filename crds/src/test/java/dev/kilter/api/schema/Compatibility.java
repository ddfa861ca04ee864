package dev.kilter.api.schema;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Whether what was stored, or written, by an older CRD still is valid and means the same by a newer one. */
final class Compatibility {

    private static final List<String> LOWER_BOUNDS = List.of("minimum", "minLength", "minItems", "minProperties");
    private static final List<String> UPPER_BOUNDS = List.of("maximum", "maxLength", "maxItems", "maxProperties");

    /** What must stay as it is, present or not. */
    private static final List<String> FIXED = List.of(
            "type",
            "format",
            "x-kubernetes-int-or-string",
            "x-kubernetes-list-type",
            "x-kubernetes-list-map-keys",
            "x-kubernetes-map-type",
            "x-kubernetes-preserve-unknown-fields");

    private final List<String> breaks = new ArrayList<>();

    private Compatibility() {}

    /** What breaks, one line each with the place; none: it is compatible. */
    static List<String> breaks(JsonNode before, JsonNode now) {
        Compatibility found = new Compatibility();
        found.definition(before.path("spec"), now.path("spec"));
        return found.breaks;
    }

    private void definition(JsonNode before, JsonNode now) {
        for (String fixed : List.of("group", "scope")) {
            same(fixed, before.path(fixed), now.path(fixed));
        }
        for (String fixed : List.of("kind", "plural")) {
            same(
                    "names." + fixed,
                    before.path("names").path(fixed),
                    now.path("names").path(fixed));
        }
        Map<String, JsonNode> versions = new HashMap<>();
        now.path("versions")
                .forEach(version -> versions.put(version.path("name").asText(), version));
        for (JsonNode version : before.path("versions")) {
            String name = version.path("name").asText();
            JsonNode kept = versions.get(name);
            if (kept == null) {
                breaks.add(name + ": dropped; objects may be stored in it");
                continue;
            }
            if (version.path("served").asBoolean() && !kept.path("served").asBoolean()) {
                breaks.add(name + ": no longer served");
            }
            version.path("subresources").fieldNames().forEachRemaining(subresource -> {
                if (!kept.path("subresources").has(subresource)) {
                    breaks.add(name + ": subresource " + subresource + " removed");
                }
            });
            schema(name, version.at("/schema/openAPIV3Schema"), kept.at("/schema/openAPIV3Schema"));
        }
    }

    private void schema(String path, JsonNode before, JsonNode now) {
        FIXED.forEach(fixed -> same(path + ": " + fixed, before.path(fixed), now.path(fixed)));
        LOWER_BOUNDS.forEach(bound -> bound(path, bound, before.path(bound), now.path(bound), 1));
        UPPER_BOUNDS.forEach(bound -> bound(path, bound, before.path(bound), now.path(bound), -1));
        if (now.has("pattern")) {
            same(path + ": pattern", before.path("pattern"), now.path("pattern"));
        }
        if (before.has("default")) {
            same(path + ": default", before.path("default"), now.path("default"));
        }
        if (before.path("nullable").asBoolean() && !now.path("nullable").asBoolean()) {
            breaks.add(path + ": no longer nullable");
        }
        added(path, "newly required", texts(before.path("required"), ""), texts(now.path("required"), ""));
        added(
                path,
                "new rule",
                texts(before.path("x-kubernetes-validations"), "rule"),
                texts(now.path("x-kubernetes-validations"), "rule"));
        if (now.has("enum")) {
            if (!before.has("enum")) {
                breaks.add(path + ": newly limited to " + now.path("enum"));
            }
            added(path, "value removed", texts(now.path("enum"), ""), texts(before.path("enum"), ""));
        }
        before.path("properties").properties().forEach(property -> {
            String place = path + "." + property.getKey();
            JsonNode kept = now.path("properties").path(property.getKey());
            if (kept.isMissingNode()) {
                breaks.add(place + ": removed");
            } else {
                schema(place, property.getValue(), kept);
            }
        });
        for (String within : List.of("items", "additionalProperties")) {
            if (before.path(within).isObject()) {
                schema(path + (within.equals("items") ? "[]" : ".*"), before.path(within), now.path(within));
            }
        }
    }

    private void same(String what, JsonNode before, JsonNode now) {
        if (!before.equals(now)) {
            breaks.add(what + ": " + text(before) + " became " + text(now));
        }
    }

    /** @param tighter the sign of a change that leaves less room */
    private void bound(String path, String name, JsonNode before, JsonNode now, int tighter) {
        if (!now.isMissingNode() && (before.isMissingNode() || tighter * (now.asDouble() - before.asDouble()) > 0)) {
            breaks.add(path + ": " + name + " tightened from " + text(before) + " to " + text(now));
        }
    }

    private void added(String path, String what, Set<String> before, Set<String> now) {
        now.stream()
                .filter(each -> !before.contains(each))
                .forEach(each -> breaks.add(path + ": " + what + " " + each));
    }

    private static Set<String> texts(JsonNode list, String member) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> (member.isEmpty() ? each : each.path(member)).asText())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String text(JsonNode node) {
        return node.isMissingNode() ? "nothing" : node.toString();
    }
}

package dev.kilter.api.reading;

import com.fasterxml.jackson.databind.JsonNode;
import dev.kilter.api.v1alpha1.Field;
import dev.kilter.api.v1alpha1.Format;
import io.fabric8.kubernetes.api.model.Quantity;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds a tree to the {@link Field} annotations of a record. */
final class FieldCheck {

    private final List<String> violations;

    FieldCheck(List<String> violations) {
        this.violations = violations;
    }

    void check(String path, JsonNode value, Class<?> record) {
        if (!value.isObject()) {
            refuse(path, value, "an object");
            return;
        }
        List<RecordComponent> components = Arrays.asList(record.getRecordComponents());
        Set<String> names =
                components.stream().map(RecordComponent::getName).collect(Collectors.toCollection(HashSet::new));
        value.fieldNames().forEachRemaining(name -> {
            if (!names.contains(name)) {
                String known = names.stream().sorted().collect(Collectors.joining(", "));
                violations.add(path + "." + name + ": unknown field (expected: one of " + known + ")");
            }
        });
        for (RecordComponent component : components) {
            Field field = component.getAnnotation(Field.class);
            JsonNode found = value.path(component.getName());
            String at = path + "." + component.getName();
            if (!found.isMissingNode() && !found.isNull()) {
                check(at, found, component.getGenericType(), field);
            } else if (field.required()) {
                violations.add(at + ": missing (" + field.value() + ")");
            }
        }
    }

    private void check(String path, JsonNode value, Type type, Field field) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            list(path, value, generic.getActualTypeArguments()[0], field);
        } else if (type instanceof ParameterizedType generic) {
            map(path, value, generic.getActualTypeArguments()[1], field);
        } else if (type == String.class) {
            text(path, value, field);
        } else if (type == Quantity.class) {
            quantity(path, value);
        } else if (type == Integer.class || type == Long.class) {
            number(path, value, field);
        } else if (type == Boolean.class) {
            expect(value.isBoolean(), path, value, "true or false");
        } else {
            check(path, value, (Class<?>) type);
        }
    }

    private void list(String path, JsonNode value, Type item, Field field) {
        if (!value.isArray()) {
            refuse(path, value, "a list");
            return;
        }
        count(path, value.size(), field);
        Set<Object> seen = new HashSet<>();
        for (int i = 0; i < value.size(); i++) {
            JsonNode each = value.get(i);
            String at = path + "[" + i + "]";
            check(at, each, item, field);
            List<JsonNode> key = Arrays.stream(field.listKeys()).map(each::path).toList();
            if (field.set() && !seen.add(each)) {
                refuse(at, each, "each value once");
            } else if (!key.isEmpty() && !seen.add(key)) {
                refuse(at + "." + field.listKeys()[0], key.getFirst(), "another than those before it");
            }
        }
    }

    private void map(String path, JsonNode value, Type values, Field field) {
        if (!value.isObject()) {
            refuse(path, value, "a map");
            return;
        }
        count(path, value.size(), field);
        value.properties().forEach(entry -> check(path + "." + entry.getKey(), entry.getValue(), values, field));
    }

    private void count(String path, int size, Field field) {
        if (size < field.minItems() || size > field.max()) {
            violations.add(path + ": " + size + " entries (expected: " + field.minItems() + ".." + field.max() + ")");
        }
    }

    private void text(String path, JsonNode value, Field field) {
        if (field.oneOf().length > 0) {
            boolean known = value.isTextual() && List.of(field.oneOf()).contains(value.textValue());
            expect(known, path, value, "one of " + String.join(", ", field.oneOf()));
            return;
        }
        expect(
                value.isTextual() && field.format().matches(value.textValue()),
                path,
                value,
                field.format().expected());
    }

    private void quantity(String path, JsonNode value) {
        boolean fits = (value.isTextual() || value.isNumber()) && Format.QUANTITY.matches(value.asText());
        expect(fits, path, value, Format.QUANTITY.expected());
    }

    private void number(String path, JsonNode value, Field field) {
        long most = field.max() < 0 ? Long.MAX_VALUE : field.max();
        boolean fits = value.isIntegralNumber()
                && value.canConvertToLong()
                && value.longValue() >= field.min()
                && value.longValue() <= most;
        expect(fits, path, value, field.max() < 0 ? field.min() + " or more" : field.min() + ".." + field.max());
    }

    private void expect(boolean fits, String path, JsonNode value, String expected) {
        if (!fits) {
            refuse(path, value, expected);
        }
    }

    private void refuse(String path, JsonNode value, String expected) {
        String shown = value.isValueNode() ? value.asText() : value.isArray() ? "a list" : "an object";
        violations.add(path + ": " + shown + " (expected: " + expected + ")");
    }
}

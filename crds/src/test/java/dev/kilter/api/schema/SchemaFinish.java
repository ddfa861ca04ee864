package dev.kilter.api.schema;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.kilter.api.v1alpha1.Field;
import dev.kilter.api.v1alpha1.Format;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRule;
import io.fabric8.kubernetes.api.model.apiextensions.v1.ValidationRuleBuilder;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** Writes what the {@link Field} annotations of a record say into the schema that was generated for it. */
final class SchemaFinish {

    private static final YAMLMapper YAML = new YAMLMapper();

    /** What users write by hand and get wrong. */
    private static final Set<Format> EXPLAINED =
            EnumSet.of(Format.DURATION, Format.PERCENTAGE, Format.HEDGE, Format.MONEY, Format.URI, Format.DIGEST);

    private SchemaFinish() {}

    static void finish(JSONSchemaProps schema, Class<?> record, String path) {
        List<String> required = new ArrayList<>();
        for (RecordComponent component : record.getRecordComponents()) {
            String at = path + "." + component.getName();
            Field field = component.getAnnotation(Field.class);
            if (field == null) {
                throw new IllegalStateException(at + ": not described (expected: @Field on the record's component)");
            }
            JSONSchemaProps property = schema.getProperties().get(component.getName());
            property.setDescription(field.value());
            constrain(property, component.getGenericType(), field, at);
            if (!field.defaultValue().isEmpty()) {
                if (at.contains("[]")) {
                    throw new IllegalStateException(
                            at + ": has a default (expected: none in a list, since kubectl apply"
                                    + " would send the list anew each time; say \"Left out: …\" and fill it in the record)");
                }
                property.setDefault(defaultOf(property, field));
            }
            if (field.required()) {
                required.add(component.getName());
            }
        }
        schema.setRequired(required.isEmpty() ? null : required);
    }

    private static void constrain(JSONSchemaProps schema, Type type, Field field, String at) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            list(schema, generic.getActualTypeArguments()[0], field, at);
        } else if (type instanceof ParameterizedType generic) {
            schema.setMaxProperties(count(field, at));
            schema.setMinProperties(field.minItems() > 0 ? (long) field.minItems() : null);
            Type values = generic.getActualTypeArguments()[1];
            constrain(schema.getAdditionalProperties().getSchema(), values, field, at);
        } else if (type == String.class) {
            text(schema, field);
        } else if (type == Quantity.class) {
            format(schema, Format.QUANTITY);
        } else if (type == Integer.class || type == Long.class) {
            schema.setMinimum((double) field.min());
            schema.setMaximum(field.max() < 0 ? null : (double) field.max());
        } else if (type instanceof Class<?> record && record.isRecord()) {
            finish(schema, record, at);
        } else if (type != Boolean.class) {
            throw new IllegalStateException(at + ": " + type + " (expected: a record, String, Integer, Long, Boolean,"
                    + " Quantity, or a List or Map of them)");
        }
    }

    private static void list(JSONSchemaProps schema, Type itemType, Field field, String at) {
        schema.setMaxItems(count(field, at));
        schema.setMinItems(field.minItems() > 0 ? (long) field.minItems() : null);
        if (field.listKeys().length > 0) {
            schema.setXKubernetesListType("map");
            schema.setXKubernetesListMapKeys(Arrays.asList(field.listKeys()));
        } else {
            schema.setXKubernetesListType(field.set() ? "set" : "atomic");
        }
        constrain(schema.getItems().getSchema(), itemType, field, at + "[]");
    }

    private static void text(JSONSchemaProps schema, Field field) {
        if (field.oneOf().length > 0) {
            schema.setEnum(Arrays.stream(field.oneOf())
                    .<JsonNode>map(TextNode::valueOf)
                    .toList());
            return;
        }
        format(schema, field.format());
        if (EXPLAINED.contains(field.format())) {
            schema.setXKubernetesValidations(List.of(explanation(field.format())));
        }
    }

    private static void format(JSONSchemaProps schema, Format format) {
        schema.setPattern(format.pattern().isEmpty() ? null : format.pattern());
        schema.setMaxLength((long) format.maxLength());
    }

    /** Beside the pattern, which the API server quotes as it stands: the same in words. */
    private static ValidationRule explanation(Format format) {
        return new ValidationRuleBuilder()
                .withRule("self.matches('" + format.pattern().replace("\\", "\\\\") + "')")
                .withMessage("expected: " + format.expected())
                .build();
    }

    private static Long count(Field field, String at) {
        if (field.max() < 0) {
            throw new IllegalStateException(at + ": no maximum (expected: max on every list and map)");
        }
        return (long) field.max();
    }

    /** Of an object with its fields' defaults in it: the API server checks the rules against what stands here. */
    private static JsonNode defaultOf(JSONSchemaProps schema, Field field) {
        return switch (schema.getType()) {
            case "string" -> TextNode.valueOf(field.defaultValue());
            case "object" -> {
                ObjectNode value = YAML.createObjectNode();
                schema.getProperties().forEach((name, property) -> {
                    if (property.getDefault() != null) {
                        value.set(name, property.getDefault());
                    }
                });
                yield value;
            }
            default -> {
                try {
                    yield YAML.readTree(field.defaultValue());
                } catch (JsonProcessingException e) {
                    throw new IllegalStateException(field.defaultValue() + ": no YAML", e);
                }
            }
        };
    }
}

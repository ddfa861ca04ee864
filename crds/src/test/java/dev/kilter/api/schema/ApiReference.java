package dev.kilter.api.schema;

import dev.kilter.api.v1alpha1.Field;
import dev.kilter.api.v1alpha1.Format;
import dev.kilter.api.v1alpha1.Summary;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.CustomResource;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The API reference, from the same annotations as the CRDs. */
final class ApiReference {

    private final StringBuilder text = new StringBuilder();

    String markdown() {
        text.append("# API reference\n\nGenerated from the records of `crds/`; to change it, change those and run `")
                .append(Golden.UPDATE)
                .append("`.\n\nGroup `serving.kilter.dev`, version `v1alpha1`. **Bold** fields are required.\n\n");
        for (Class<? extends CustomResource<?, ?>> kind : Crds.KINDS) {
            text.append("- [")
                    .append(kind.getSimpleName())
                    .append("](#")
                    .append(anchor(kind))
                    .append(")\n");
        }
        formats();
        Crds.KINDS.forEach(this::kind);
        return text.toString();
    }

    private void formats() {
        text.append("\n## Typed strings\n\n| Type | Form |\n|---|---|\n");
        for (Format format : Format.values()) {
            text.append("| ").append(name(format)).append(" | ");
            text.append(cell(format.expected())).append("; at most ").append(format.maxLength());
            text.append(" characters |\n");
        }
    }

    private void kind(Class<? extends CustomResource<?, ?>> kind) {
        Summary summary = kind.getAnnotation(Summary.class);
        CustomResourceDefinition crd = Crds.of(kind);
        text.append("\n## ")
                .append(kind.getSimpleName())
                .append("\n\n")
                .append(summary.value())
                .append("\n\n");
        text.append(Namespaced.class.isAssignableFrom(kind) ? "Namespaced" : "Cluster-scoped");
        text.append("; short name `")
                .append(String.join("`, `", crd.getSpec().getNames().getShortNames()));
        text.append("`; file `crds/").append(Crds.fileName(kind)).append("`.\n");
        rules(kind);
        tables("spec", Crds.specOf(kind));
        if (!summary.status().isEmpty()) {
            tables("status", Crds.statusOf(kind));
        }
    }

    /** One table for the record and one for each record in it, breadth first. */
    private void tables(String path, Class<?> record) {
        Set<Part> parts = new LinkedHashSet<>();
        collect(new Part(path, record), parts);
        for (Part part : parts) {
            text.append("\n### `").append(part.path()).append("`\n\n");
            text.append("| Field | Type | Default | Meaning |\n|---|---|---|---|\n");
            for (RecordComponent component : part.record().getRecordComponents()) {
                row(component);
            }
            rules(part.record());
        }
    }

    private record Part(String path, Class<?> record) {}

    private static void collect(Part part, Set<Part> parts) {
        parts.add(part);
        for (RecordComponent component : part.record().getRecordComponents()) {
            Type type = component.getGenericType();
            String path = part.path() + "." + component.getName();
            if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
                type = generic.getActualTypeArguments()[0];
                path += "[]";
            }
            if (type instanceof Class<?> nested && nested.isRecord()) {
                collect(new Part(path, nested), parts);
            }
        }
    }

    private void row(RecordComponent component) {
        Field field = component.getAnnotation(Field.class);
        String name = "`" + component.getName() + "`";
        text.append("| ").append(field.required() ? "**" + name + "**" : name);
        text.append(" | ").append(cell(type(component.getGenericType(), field)));
        text.append(" | ").append(field.defaultValue().isEmpty() ? "" : "`" + field.defaultValue() + "`");
        text.append(" | ").append(cell(field.value())).append(" |\n");
    }

    private static String type(Type type, Field field) {
        if (type instanceof ParameterizedType generic && generic.getRawType() == List.class) {
            String keyed = field.listKeys().length == 0 ? "" : " by " + String.join(", ", field.listKeys());
            return (field.set() ? "set" : "list") + " of " + type(generic.getActualTypeArguments()[0], field) + keyed
                    + ", at most " + field.max();
        }
        if (type instanceof ParameterizedType generic) {
            return "map of " + type(generic.getActualTypeArguments()[1], field) + ", at most " + field.max();
        }
        if (type == String.class) {
            return field.oneOf().length == 0
                    ? name(field.format())
                    : Arrays.stream(field.oneOf()).map(v -> "`" + v + "`").collect(Collectors.joining(", "));
        }
        if (type == Integer.class || type == Long.class) {
            return "integer, " + field.min() + (field.max() < 0 ? " or more" : " to " + field.max());
        }
        if (type == Quantity.class) {
            return "quantity";
        }
        return type == Boolean.class ? "boolean" : "object";
    }

    private void rules(Class<?> type) {
        List<String> messages = new ArrayList<>();
        for (ValidationRule rule : type.getAnnotationsByType(ValidationRule.class)) {
            messages.add("- " + rule.message());
        }
        if (!messages.isEmpty()) {
            text.append("\nRefused:\n\n").append(String.join("\n", messages)).append("\n");
        }
    }

    private static String name(Format format) {
        return format.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }

    private static String cell(String value) {
        return value.replace("|", "\\|");
    }

    private static String anchor(Class<?> kind) {
        return kind.getSimpleName().toLowerCase(java.util.Locale.ROOT);
    }
}

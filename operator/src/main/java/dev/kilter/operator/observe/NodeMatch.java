package dev.kilter.operator.observe;

import dev.kilter.api.v1alpha1.AcceleratorClass;
import dev.kilter.api.v1alpha1.Nodes;
import io.fabric8.kubernetes.api.model.Node;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Which classes have nodes. */
public final class NodeMatch {

    private NodeMatch() {}

    /** @return the names of the classes that no node belongs to; none while no node is known at all */
    public static Set<String> withoutNodes(List<AcceleratorClass> classes, List<Node> nodes) {
        if (nodes.isEmpty()) {
            return Set.of();
        }
        return classes.stream()
                .filter(each -> nodes.stream()
                        .noneMatch(node -> matches(each, node.getMetadata().getLabels())))
                .map(each -> each.getMetadata().getName())
                .collect(Collectors.toSet());
    }

    private static boolean matches(AcceleratorClass each, Map<String, String> labels) {
        return each.getSpec().nodes().matchExpressions().stream().allMatch(expression -> matches(expression, labels));
    }

    static boolean matches(Nodes.Expression expression, Map<String, String> labels) {
        String value = labels.get(expression.key());
        return switch (expression.operator()) {
            case "In" -> value != null && expression.values().contains(value);
            case "NotIn" -> value == null || !expression.values().contains(value);
            case "Exists" -> value != null;
            case "DoesNotExist" -> value == null;
            case "Gt" ->
                isNumber(value)
                        && Long.parseLong(value)
                                > Long.parseLong(expression.values().getFirst());
            case "Lt" ->
                isNumber(value)
                        && Long.parseLong(value)
                                < Long.parseLong(expression.values().getFirst());
            // An operator of a newer release: the scheduler will tell.
            default -> true;
        };
    }

    private static boolean isNumber(String value) {
        return value != null && value.matches("-?\\d{1,18}");
    }
}

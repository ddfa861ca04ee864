package dev.kilter.api.v1alpha1;

import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.NodeSelectorRequirement;
import java.util.List;

/**
 * The nodes of a class: those that fulfil every expression.
 *
 * @param matchExpressions none: every node
 */
public record Nodes(
        @Field(value = "Requirements on the node's labels, all of which must hold; none: every node.", max = 16)
        List<Expression> matchExpressions)
        implements ApiPart {

    public Nodes {
        matchExpressions = Defaults.of(matchExpressions);
    }

    /** As in a node affinity. */
    @ValidationRule(
            value = "self.operator in ['Exists', 'DoesNotExist'] ? !has(self.values) || "
                    + "size(self.values) == 0 : has(self.values) && (self.operator in ['Gt', 'Lt'] ? "
                    + "size(self.values) == 1 : size(self.values) >= 1)",
            message = "values: wrong number (expected: none for Exists and DoesNotExist, one for Gt and "
                    + "Lt, at least one for In and NotIn)")
    public record Expression(
            @Field(value = "Key of the node's label.", required = true, format = Format.KEY)
            String key,

            @Field(
                    value = "How the label's value is compared.",
                    required = true,
                    oneOf = {"In", "NotIn", "Exists", "DoesNotExist", "Gt", "Lt"})
            String operator,

            @Field(
                    value = "What it is compared with; none for Exists and DoesNotExist, one for Gt and Lt.",
                    max = 32,
                    set = true,
                    format = Format.LABEL_VALUE)
            List<String> values)
            implements ApiPart {

        public Expression {
            values = Defaults.of(values);
        }

        /** For a pod's node affinity. */
        public NodeSelectorRequirement toKubernetes() {
            return new NodeSelectorRequirement(key, operator, values);
        }
    }
}

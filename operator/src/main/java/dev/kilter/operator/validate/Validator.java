package dev.kilter.operator.validate;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;

/** Asks every rule; this list is their index. */
public final class Validator {

    private static final List<Function<Subject, Stream<Violation>>> RULES = List.of(
            ModelRules::nameLeavesRoomForPools,
            ModelRules::taskIsServed,
            ModelRules::urisAreComplete,
            ModelRules::urisDiffer,
            ModelRules::digestsDiffer,
            ModelRules::embeddingBelongsToItsTask,
            ModelRules::qualityIsStatedAndReachable,
            LimitRules::durationsArePositive,
            LimitRules::batchWindowFitsTheObjective,
            LimitRules::replicasAreARange,
            LimitRules::budgetPaysForTheFewestReplicas,
            PlaceRules::classesExist,
            PlaceRules::someClassComputesTheReference,
            PlaceRules::serviceAccountExists,
            PlaceRules::labelsAreTheUsers);

    private Validator() {}

    /** All that is wrong; none: it can be planned. */
    public static List<Violation> validate(Subject subject) {
        return RULES.stream().flatMap(rule -> rule.apply(subject)).toList();
    }
}

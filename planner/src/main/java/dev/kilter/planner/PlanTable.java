package dev.kilter.planner;

import dev.kilter.planner.Plan.Pool;
import dev.kilter.planner.PlanOutcome.Chosen;
import dev.kilter.planner.PlanOutcome.Impossible;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An outcome as plain text in columns, for a terminal. */
public final class PlanTable {
    private static final List<String> POOLS =
            List.of("CLASS", "VARIANT", "BATCH", "REPLICAS", "CAPACITY", "P99", "COST/H", "EVIDENCE");
    private static final List<String> REJECTED = List.of("NOT CHOSEN", "WHY");

    private PlanTable() {}

    /** Lines that end with a line feed each: pools, the reason, what was rejected. */
    public static String of(PlanOutcome outcome) {
        return switch (outcome) {
            case Chosen(Plan plan) ->
                pools(plan) + "  " + plan.pools().getFirst().reason() + "\n" + rejected(plan.rejected());
            case Impossible(String reason, List<Rejection> rejected, Optional<Plan> nearest) ->
                "Not everything can be had. " + reason + "\n"
                        + nearest.map(plan -> "\nNearest:\n" + pools(plan)).orElse("") + rejected(rejected);
        };
    }

    private static String pools(Plan plan) {
        List<List<String>> rows = new ArrayList<>(List.of(POOLS));
        for (Pool pool : plan.pools()) {
            rows.add(List.of(
                    pool.acceleratorClass(),
                    pool.operatingPoint().variant(),
                    Integer.toString(pool.operatingPoint().maxBatchSize()),
                    Integer.toString(pool.replicas()),
                    pool.capacityPerReplica().map(Wording::rate).orElse("-"),
                    pool.expectedP99()
                            .map(p99 -> Wording.seconds(p99.toNanos() / 1e9))
                            .orElse("-"),
                    Wording.money(pool.costPerHour()),
                    switch (pool.evidence()) {
                        case MEASURED -> "measured";
                        case UNMEASURED -> "unmeasured";
                        case FIXED_TARGET -> "fixed target";
                    }));
        }
        return aligned(rows);
    }

    private static String rejected(List<Rejection> rejected) {
        if (rejected.isEmpty()) {
            return "";
        }
        List<List<String>> rows = new ArrayList<>(List.of(REJECTED));
        rejected.forEach(each -> rows.add(List.of(each.configuration(), each.reason())));
        return "\n" + aligned(rows);
    }

    private static String aligned(List<List<String>> rows) {
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int column = 0; column < row.size(); column++) {
                int at = column;
                int width = rows.stream()
                        .mapToInt(each -> each.get(at).length())
                        .max()
                        .orElse(0);
                String cell = row.get(column);
                line.append(cell).repeat(' ', width - cell.length() + 2);
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}

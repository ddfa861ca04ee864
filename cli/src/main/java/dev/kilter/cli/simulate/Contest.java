package dev.kilter.cli.simulate;

import dev.kilter.planner.simulation.FleetSimulation;
import dev.kilter.planner.simulation.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The same arrivals under each contender.
 *
 * @param runs Kilter's first
 */
public record Contest(SimulatedDeployment deployment, List<Run> runs) {

    public Contest {
        runs = List.copyOf(runs);
    }

    /**
     * One contender's run.
     *
     * @param meanReplicas asked for, over the windows after the warm-up
     * @param mostReplicas asked for
     */
    public record Run(Contender contender, String setting, Outcome outcome, double meanReplicas, int mostReplicas) {}

    /** @param begins is told who is next; a long load takes seconds for each */
    public static Contest of(SimulatedDeployment deployment, List<Contender> contenders, Consumer<Contender> begins) {
        List<Run> runs = new ArrayList<>();
        for (Contender contender : contenders) {
            begins.accept(contender);
            Outcome outcome = FleetSimulation.run(contender.experiment(deployment), contender.controller(deployment));
            runs.add(run(contender, contender.setting(deployment), outcome, deployment));
        }
        return new Contest(deployment, runs);
    }

    private static Run run(Contender contender, String setting, Outcome outcome, SimulatedDeployment deployment) {
        List<Outcome.Window> counted = outcome.windows().stream()
                .filter(window ->
                        window.start().compareTo(deployment.experiment().warmUp()) >= 0)
                .toList();
        double seconds = counted.stream()
                .mapToDouble(window -> window.length().toNanos() / 1e9)
                .sum();
        double replicaSeconds = counted.stream()
                .mapToDouble(window -> window.length().toNanos() / 1e9 * desired(window))
                .sum();
        int most = counted.stream().mapToInt(Contest::desired).max().orElse(0);
        return new Run(contender, setting, outcome, seconds > 0 ? replicaSeconds / seconds : 0, most);
    }

    private static int desired(Outcome.Window window) {
        return window.pools().stream().mapToInt(Outcome.PoolState::desired).sum();
    }

    /** Whether some of Kilter's answers may be another variant's. */
    public boolean degrades() {
        return deployment.experiment().pools().stream()
                .anyMatch(pool -> pool.point().lesser().isPresent());
    }

    /** Kilter's own. */
    public Run ours() {
        return runs.getFirst();
    }
}

package dev.kilter.autoscaler.simulation;

import dev.kilter.planner.Room;
import dev.kilter.planner.StandInStep;
import dev.kilter.planner.simulation.control.PodSeen;
import dev.kilter.planner.simulation.control.PoolSeen;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Which pools take part, by the operator's own rule, {@link StandInStep}: the first, and what stands in for it. */
final class StandIns {

    private final List<Duration> timeouts;
    private final List<Lack> lacks = new ArrayList<>();
    private int taking = 1;

    /** Whether replicas of a pool lack a node, and since when that is so: what the operator keeps as a condition. */
    private record Lack(boolean lacking, long since) {

        private Room room(long now, Duration timeout) {
            return Room.of(lacking, Duration.ofNanos(now - since), timeout);
        }
    }

    /** @param timeouts by pool: after so long without a node its class counts as full */
    StandIns(List<Duration> timeouts) {
        this.timeouts = List.copyOf(timeouts);
    }

    /** How many pools take part now, of those in the order of the plan; to be told of each tick once. */
    int taking(long now, List<PoolSeen> pools) {
        for (int i = 0; i < pools.size(); i++) {
            boolean lacking = placed(pools.get(i)) < pools.get(i).desired();
            if (i == lacks.size()) {
                lacks.add(new Lack(lacking, now));
            } else if (lacks.get(i).lacking() != lacking) {
                lacks.set(i, new Lack(lacking, now));
            }
        }
        List<Room> rooms = new ArrayList<>();
        for (int i = 0; i < taking; i++) {
            rooms.add(lacks.get(i).room(now, timeouts.get(i)));
        }
        switch (StandInStep.of(rooms, pools.get(taking - 1).desired())) {
            case JOIN -> taking = Math.min(taking + 1, pools.size());
            case LEAVE -> taking--;
            case STAY -> {}
        }
        return taking;
    }

    /** Replicas that have a node. */
    static int placed(PoolSeen pool) {
        return (int) pool.pods().stream()
                .filter(pod -> pod.phase() != PodSeen.Phase.PENDING)
                .count();
    }
}

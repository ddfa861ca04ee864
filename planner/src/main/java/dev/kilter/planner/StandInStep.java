package dev.kilter.planner;

import java.util.List;

/** How the pools change that stand in for one another, the plan's first choice first: by one at a time, at the end. */
public enum StandInStep {

    /** The last class is full: the next best one stands in. */
    JOIN,

    /** The last pool has given back all of its replicas, and the class before it has room again. */
    LEAVE,

    /** As they are. */
    STAY;

    /**
     * Decides.
     *
     * @param rooms of the pools' classes, in order; not empty
     * @param replicasOfLast that are wanted of the last pool
     */
    public static StandInStep of(List<Room> rooms, int replicasOfLast) {
        int last = rooms.size() - 1;
        if (last > 0 && replicasOfLast == 0 && rooms.get(last - 1) == Room.FREE) {
            return LEAVE;
        }
        return rooms.get(last) == Room.FULL ? JOIN : STAY;
    }
}

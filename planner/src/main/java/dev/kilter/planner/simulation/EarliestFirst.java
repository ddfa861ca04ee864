package dev.kilter.planner.simulation;

import static dev.kilter.core.simulation.SimulatedReplica.NEVER;

import java.util.Arrays;

/** Whose event is next: a binary heap of numbered slots by their times, in which a time can be changed. */
final class EarliestFirst {
    private long[] times = new long[0];
    private int[] heap = new int[0];
    private int[] places = new int[0];

    /** The earliest time; {@link dev.kilter.core.simulation.SimulatedReplica#NEVER}: nothing will happen. */
    long time() {
        return heap.length == 0 ? NEVER : times[heap[0]];
    }

    /** Whose time that is; of equal ones always the same for the same calls. */
    int slot() {
        return heap[0];
    }

    /** Sets a slot's time. */
    void set(int slot, long time) {
        if (slot >= times.length) {
            grow(slot + 1);
        }
        long before = times[slot];
        times[slot] = time;
        if (time < before) {
            up(places[slot]);
        } else if (time > before) {
            down(places[slot]);
        }
    }

    private void grow(int slots) {
        int size = times.length;
        int more = Math.max(slots, 2 * size);
        times = Arrays.copyOf(times, more);
        heap = Arrays.copyOf(heap, more);
        places = Arrays.copyOf(places, more);
        for (int i = size; i < more; i++) {
            times[i] = NEVER;
            heap[i] = i;
            places[i] = i;
        }
    }

    private void up(int from) {
        int at = from;
        int slot = heap[at];
        while (at > 0 && times[slot] < times[heap[(at - 1) / 2]]) {
            place(heap[(at - 1) / 2], at);
            at = (at - 1) / 2;
        }
        place(slot, at);
    }

    private void down(int from) {
        int at = from;
        int slot = heap[at];
        while (2 * at + 1 < heap.length) {
            int child = 2 * at + 1;
            if (child + 1 < heap.length && times[heap[child + 1]] < times[heap[child]]) {
                child++;
            }
            if (times[heap[child]] >= times[slot]) {
                break;
            }
            place(heap[child], at);
            at = child;
        }
        place(slot, at);
    }

    private void place(int slot, int at) {
        heap[at] = slot;
        places[slot] = at;
    }
}

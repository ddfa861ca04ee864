package dev.kilter.gateway.proxy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;

/** Where requests wait, in order and bounded, until something about the pods has changed. */
public final class WaitingRoom {

    private final int capacity;
    private final AtomicInteger inside = new AtomicInteger();
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    public WaitingRoom(int capacity) {
        this.capacity = capacity;
    }

    /** Takes a place, to be given back by {@link #leave()}; false: it is full. */
    boolean enter() {
        if (inside.incrementAndGet() > capacity) {
            inside.decrementAndGet();
            return false;
        }
        return true;
    }

    void leave() {
        inside.decrementAndGet();
    }

    /** Has it called once, by whatever thread, at the next change. */
    void onChange(Runnable callback) {
        waiting.add(callback);
    }

    /** Something has changed: whoever waits looks again, and those that still find nothing wait anew. */
    public void changed() {
        List<Runnable> now = new ArrayList<>();
        for (Runnable callback = waiting.poll(); callback != null; callback = waiting.poll()) {
            now.add(callback);
        }
        now.forEach(Runnable::run);
    }
}

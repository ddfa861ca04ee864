package dev.kilter.runtime.waiting;

import io.netty.channel.SelectStrategy;
import io.netty.util.IntSupplier;
import java.util.function.LongSupplier;

/**
 * How an event loop with nothing to do waits: it sleeps, but where its turns have lately come soon it first watches its
 * sockets and its tasks for a short while. An engine's answer is then taken without a system call of the engine's and
 * without a wake-up. While it watches it yields its core to whoever wants it. For one loop.
 */
public final class WatchfulSelect implements SelectStrategy {

    private final UsualWait usual = new UsualWait();
    private final LongSupplier ticker;
    private long since;
    private boolean watching;

    /** @param ticker nanoseconds, monotonic */
    public WatchfulSelect(LongSupplier ticker) {
        this.ticker = ticker;
        this.since = ticker.getAsLong();
    }

    /** What is ready now, {@link #SELECT} to sleep, or {@link #CONTINUE} to look for tasks and ask again. */
    @Override
    @SuppressWarnings("ThreadPriorityCheck") // who wants the core is to have it
    public int calculateStrategy(IntSupplier selectNow, boolean hasTasks) throws Exception {
        if (hasTasks) {
            watching = false;
            return selectNow.get();
        }
        if (watching) {
            Thread.yield();
        }
        long now = ticker.getAsLong();
        if (!watching) {
            usual.waited(now - since); // with what it had to do then: longer than the wait alone
            since = now;
        }
        int ready = usual.watchPays() && now - since < UsualWait.WATCH_NANOS ? selectNow.get() : SELECT;
        watching = ready == 0;
        return watching ? CONTINUE : ready;
    }
}

package dev.kilter.cli.load.wire;

import dev.kilter.cli.load.LoadTarget.Reply;
import dev.kilter.cli.load.LoadTarget.Sink;

/** A request under way; reused. */
class Exchange {

    long due;
    private Sink sink;

    final void begin(long dueNanos, Sink to) {
        due = dueNanos;
        sink = to;
    }

    final boolean isOpen() {
        return sink != null;
    }

    /** Tells the reply, once. */
    final void end(Reply reply) {
        Sink to = sink;
        if (to != null) {
            sink = null;
            to.replied(due, reply);
        }
    }
}

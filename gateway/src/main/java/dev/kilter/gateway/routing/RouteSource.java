package dev.kilter.gateway.routing;

import dev.kilter.protocol.RouteTable;
import java.util.function.Consumer;

/** Where the route table comes from. A source that loses its origin keeps quiet: the last table stays in force. */
public interface RouteSource extends AutoCloseable {

    /**
     * Starts to deliver tables: the present one as soon as it is known, then each changed one, whole. Never two calls
     * of the listener at a time. The first delivery, be it of an empty table, makes the gateway ready.
     */
    void start(Consumer<RouteTable> listener);

    /** Ends the delivery. */
    @Override
    void close();
}

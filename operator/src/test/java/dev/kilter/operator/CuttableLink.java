package dev.kilter.operator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A TCP relay on loopback; while it is cut, connections break and new ones are closed at once. */
final class CuttableLink implements AutoCloseable {

    private final ServerSocket listener;
    private volatile URI target;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private volatile boolean cut;
    /** How often it was cut. */
    private final AtomicInteger cuts = new AtomicInteger();

    private CuttableLink(ServerSocket listener, URI target) {
        this.listener = listener;
        this.target = target;
    }

    static CuttableLink to(URI target) {
        try {
            CuttableLink link = new CuttableLink(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), target);
            Thread.ofVirtual().start(link::accept);
            return link;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int port() {
        return listener.getLocalPort();
    }

    void cut() {
        cut = true;
        cuts.incrementAndGet();
        open.forEach(CuttableLink::quietly);
    }

    void mend() {
        cut = false;
    }

    /** Leads elsewhere from now on; what is connected breaks. */
    void retarget(URI other) {
        cut();
        target = other;
        mend();
    }

    private void accept() {
        while (!listener.isClosed()) {
            try {
                connect(listener.accept());
            } catch (IOException e) {
                // Closed.
            }
        }
    }

    private void connect(Socket near) {
        int before = cuts.get();
        if (cut) {
            quietly(near);
            return;
        }
        try {
            Socket far = new Socket(target.getHost(), target.getPort());
            open.add(near);
            open.add(far);
            Thread.ofVirtual().start(() -> relay(near, far));
            Thread.ofVirtual().start(() -> relay(far, near));
            if (cuts.get() != before) {
                // Cut before these two were known.
                quietly(near);
                quietly(far);
            }
        } catch (IOException e) {
            // The server is not there: whoever connects finds out.
            quietly(near);
        }
    }

    private void relay(Socket from, Socket to) {
        try {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // Cut.
        } finally {
            quietly(from);
            quietly(to);
            open.remove(from);
            open.remove(to);
        }
    }

    private static void quietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // It is as good as closed.
        }
    }

    @Override
    public void close() {
        cut();
        try {
            listener.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.kilter.gateway;

import com.linecorp.armeria.server.ServiceRequestContext;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** How many requests are being handled, so that the end can wait for the last one. */
final class InFlight {

    private static final long LOOK_MILLIS = 5;

    private final AtomicInteger requests = new AtomicInteger();

    void enter(ServiceRequestContext request) {
        requests.incrementAndGet();
        request.log().whenComplete().thenRun(requests::decrementAndGet);
    }

    /** Waits until there is none, or that long. Returns whether there is none. */
    boolean awaitNone(Duration longest) throws InterruptedException {
        long until = System.nanoTime() + longest.toNanos();
        while (requests.get() > 0 && System.nanoTime() - until < 0) {
            TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
        }
        return requests.get() == 0;
    }
}

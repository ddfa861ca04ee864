package dev.kilter.runtime.server;

import com.linecorp.armeria.common.ShuttingDownException;
import com.linecorp.armeria.common.logging.RequestLogAccess;
import com.linecorp.armeria.common.logging.RequestLogProperty;
import com.linecorp.armeria.server.ServiceRequestContext;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The requests that are being handled, so that the end can wait for the last one, or cut it off with an answer. */
final class InFlight {

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition none = lock.newCondition();
    private final Set<ServiceRequestContext> requests = Collections.newSetFromMap(new IdentityHashMap<>());

    void enter(ServiceRequestContext request) {
        lock.lock();
        try {
            requests.add(request);
        } finally {
            lock.unlock();
        }
    }

    void leave(ServiceRequestContext request) {
        lock.lock();
        try {
            requests.remove(request);
            if (requests.isEmpty()) {
                none.signalAll();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits until there is none, or that long. Returns whether there is none. */
    boolean awaitNone(Duration longest) throws InterruptedException {
        long nanos = longest.toNanos();
        lock.lock();
        try {
            while (!requests.isEmpty() && nanos > 0) {
                nanos = none.awaitNanos(nanos);
            }
            return requests.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** The answers that began and have not ended. */
    List<UntakenAnswers.Answer> answers() {
        List<UntakenAnswers.Answer> answers = new ArrayList<>();
        lock.lock();
        try {
            for (ServiceRequestContext request : requests) {
                RequestLogAccess log = request.log();
                if (log.isAvailable(RequestLogProperty.RESPONSE_START_TIME)) {
                    answers.add(new UntakenAnswers.Answer(
                            log.partial().channel(),
                            log.partial().responseStartTimeNanos(),
                            !request.exchangeType().isResponseStreaming()));
                }
            }
        } finally {
            lock.unlock();
        }
        return answers;
    }

    /** Ends every request without its answer; {@link JsonErrors} tells each whether it may have been run. */
    void cutOff() {
        List<ServiceRequestContext> left;
        lock.lock();
        try {
            left = List.copyOf(requests);
        } finally {
            lock.unlock();
        }
        left.forEach(request -> request.cancel(ShuttingDownException.get()));
    }
}

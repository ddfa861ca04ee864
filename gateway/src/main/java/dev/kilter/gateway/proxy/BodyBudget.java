package dev.kilter.gateway.proxy;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;

/**
 * The bytes of all bodies that are held at a time, of requests and of answers, and their bound. What does not fit is
 * refused, not queued. Requests may fill three quarters: an answer that has cost an engine's time is the last to be
 * given up. Threads may call any method at any time.
 */
public final class BodyBudget {

    private final long maxBytes;
    private final long maxBytesWithRequest;
    private final long maxReadNanos;
    private final AtomicLong held = new AtomicLong();
    private final LongAdder refusedRequests = new LongAdder();
    private final LongAdder droppedAnswers = new LongAdder();
    private final Set<Lease> beingRead = ConcurrentHashMap.newKeySet();

    /**
     * @param maxBytes of all bodies together
     * @param maxRead how long a client may take to read an answer
     */
    public BodyBudget(long maxBytes, Duration maxRead) {
        this.maxBytes = maxBytes;
        this.maxBytesWithRequest = maxBytes / 4 * 3;
        this.maxReadNanos = maxRead.toNanos();
    }

    /** Held now. */
    public long heldBytes() {
        return held.get();
    }

    /** The bound. */
    public long maxBytes() {
        return maxBytes;
    }

    /** Requests ever refused because their body did not fit. */
    public long refusedRequests() {
        return refusedRequests.sum();
    }

    /** Answers ever given up because they did not fit. */
    public long droppedAnswers() {
        return droppedAnswers.sum();
    }

    /** Cuts off the clients that have not read their answers in time; to be called every few 100 ms. */
    public void cutSlowReaders(long nowNanos) {
        beingRead.stream().filter(lease -> nowNanos - lease.readUntilNanos >= 0).forEach(lease -> lease.cutOff.run());
    }

    Lease lease() {
        return new Lease();
    }

    private boolean take(long bytes, long limit) {
        if (held.addAndGet(bytes) <= limit) {
            return true;
        }
        held.addAndGet(-bytes);
        return false;
    }

    /** What one request and its answer hold. Used by one event loop. */
    final class Lease implements AutoCloseable {

        private long bytes;
        private boolean closed;
        private volatile long readUntilNanos;
        private volatile Runnable cutOff = () -> {};

        /**
         * Refuses a body before it is sent, if what it announces would not fit now. Takes nothing: it may never come.
         */
        void announced(long contentLength) {
            if (contentLength > 0 && held.get() + contentLength > maxBytesWithRequest) {
                throw refusedRequest();
            }
        }

        /** @throws ProblemException if that many bytes more of a request do not fit */
        void takeOfRequest(int more) {
            if (!take(more, maxBytesWithRequest)) {
                throw refusedRequest();
            }
            bytes += more;
        }

        /** @throws ProblemException if that many bytes more of an answer do not fit */
        void takeOfAnswer(int more) {
            if (closed) {
                return; // The client is gone; what still comes is thrown away.
            }
            if (!take(more, maxBytes)) {
                droppedAnswers.increment();
                throw new ProblemException(Problem.answerDoesNotFit(maxBytes));
            }
            bytes += more;
        }

        /** From now on the client has its time to read. */
        void answered(long nowNanos, Runnable newCutOff) {
            readUntilNanos = nowNanos + maxReadNanos;
            cutOff = newCutOff;
            if (!closed) {
                beingRead.add(this);
            }
        }

        /** All was written, or nobody reads it any more. */
        @Override
        public void close() {
            if (!closed) {
                closed = true;
                beingRead.remove(this);
                held.addAndGet(-bytes);
            }
        }

        private ProblemException refusedRequest() {
            refusedRequests.increment();
            return new ProblemException(Problem.requestDoesNotFit(maxBytes));
        }
    }
}

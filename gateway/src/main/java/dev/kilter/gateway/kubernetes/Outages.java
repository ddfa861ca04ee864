package dev.kilter.gateway.kubernetes;

import io.fabric8.kubernetes.client.informers.ExceptionHandler;
import io.fabric8.kubernetes.client.informers.SharedIndexInformer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How informers live through an API server that is away, at their start or later. */
final class Outages {

    private static final Logger LOG = LoggerFactory.getLogger(Outages.class);

    private Outages() {}

    /** Retries whatever happens, and keeps what is known meanwhile. */
    static ExceptionHandler retryAlways(String what) {
        return (started, cause) -> {
            LOG.warn("Cannot follow {} now ({}); what is known stays in force", what, cause.toString());
            return true;
        };
    }

    /** Starts without waiting for the API server. */
    static void start(SharedIndexInformer<?> informer) {
        var _ = informer.start();
    }
}

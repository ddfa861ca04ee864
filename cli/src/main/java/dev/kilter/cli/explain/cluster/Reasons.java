package dev.kilter.cli.explain.cluster;

import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.http.HttpTimeoutException;
import java.util.concurrent.TimeoutException;

/** Why the API server did not tell something, in words. */
public final class Reasons {

    private Reasons() {}

    /** What the server says; else what kept the client from asking it. */
    public static String of(KubernetesClientException e) {
        if (e.getStatus() != null && e.getStatus().getMessage() != null) {
            return e.getStatus().getMessage().strip();
        }
        Throwable cause = e;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        // Whether the client or its transport gives up first is a race.
        if (cause instanceof TimeoutException || cause instanceof HttpTimeoutException) {
            return "no answer in time";
        }
        return cause.getMessage() == null
                ? cause.getClass().getSimpleName()
                : cause.getMessage().strip();
    }
}

package dev.kilter.cli;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;

/** The cluster that KUBECONFIG or ~/.kube/config names. */
final class ClusterAccess {
    private static final int PATIENCE_MILLIS = 10_000;

    private ClusterAccess() {}

    /**
     * How to reach it.
     *
     * @param context of the kubeconfig; null: the current one
     * @param ifNone what to say if no cluster is configured
     * @throws UserError if there is none, or the file cannot be read, or has no such context
     */
    static Config config(String context, String ifNone) {
        Config found;
        try {
            found = Config.autoConfigure(context);
        } catch (RuntimeException e) { // Its YAML reader has exceptions of its own.
            throw new UserError(
                    "KUBECONFIG: cannot be read: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                            + " (expected: a kubeconfig)",
                    e);
        }
        if (!isConfigured(found)) {
            throw new UserError(ifNone);
        }
        if (context != null
                && (found.getCurrentContext() == null
                        || !found.getCurrentContext().getName().equals(context))) {
            throw new UserError("--context: " + context + " (expected: a context of the kubeconfig)");
        }
        return new ConfigBuilder(found)
                .withRequestTimeout(PATIENCE_MILLIS)
                .withConnectionTimeout(PATIENCE_MILLIS)
                .withRequestRetryBackoffLimit(1)
                .build();
    }

    /** Without any of these the client would ask kubernetes.default.svc, which only a pod can. */
    private static boolean isConfigured(Config config) {
        return config.getCurrentContext() != null || System.getenv("KUBERNETES_SERVICE_HOST") != null;
    }
}

package dev.kilter.cli.report;

import dev.kilter.cli.UserError;
import dev.kilter.cli.explain.cluster.Reasons;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.function.Supplier;

/**
 * One text of the report, to be read.
 *
 * @param what its name for people
 * @param path in the archive
 * @param reading waits for the cluster; at most as long as the client's patience
 */
record Part(String what, String path, Supplier<String> reading) {

    /** What came of it. */
    sealed interface Outcome {}

    /** It was read. */
    record Text(String path, String text) implements Outcome {}

    /** It was not, and why. */
    record Unread(String what, String reason) implements Outcome {}

    Outcome read() {
        try {
            return new Text(path, reading.get());
        } catch (KubernetesClientException e) {
            return new Unread(what, Redaction.text(Reasons.of(e)));
        } catch (UserError | IllegalArgumentException e) {
            return new Unread(what, e.getMessage());
        }
    }
}

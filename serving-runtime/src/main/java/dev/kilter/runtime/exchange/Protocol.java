package dev.kilter.runtime.exchange;

import java.util.Locale;

/** How a request came in; a label of the edge's metrics. */
public enum Protocol {
    /** Open Inference Protocol over HTTP. */
    REST,
    /** Open Inference Protocol over gRPC. */
    GRPC,
    /** The predict API, by gRPC or HTTP. */
    PREDICT;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.kilter.protocol;

import java.util.List;
import java.util.Optional;

/**
 * What the gateway of a namespace routes, written by the operator as JSON under the key {@value #KEY} of the ConfigMap
 * {@value #CONFIG_MAP}; in local mode handed over in process.
 *
 * @param models one entry for each InferenceDeployment of the namespace
 */
public record RouteTable(List<Model> models) {

    /** The ConfigMap's name. */
    public static final String CONFIG_MAP = "kilter-gateway-routes";

    /** The ConfigMap's key. */
    public static final String KEY = "routes.json";

    public RouteTable {
        models = List.copyOf(models);
    }

    /**
     * @param name the InferenceDeployment's name, which is the model's name in requests
     * @param sloMillis the p99 objective: a bound of the latency histogram, and the default deadline's base
     * @param maxDegradedShare of the requests over half an hour, that lesser variants may answer instead of nobody,
     *     0..1; empty: none
     * @param revisions at least one; shares need not add up to anything: they are weights
     */
    public record Model(String name, double sloMillis, Optional<Double> maxDegradedShare, List<Revision> revisions) {
        public Model {
            revisions = List.copyOf(revisions);
        }

        /** Nobody is answered by a lesser variant. */
        public Model(String name, double sloMillis, List<Revision> revisions) {
            this(name, sloMillis, Optional.empty(), revisions);
        }
    }

    /**
     * The pools that serve one revision of the spec.
     *
     * @param name stable for the revision's life
     * @param share weight of this revision among its model's; 0 takes no new requests. A revision without a ready pod
     *     gives its share to the others.
     * @param candidate whether it is being tried beside the others, which answer what it does not; empty: no
     */
    public record Revision(String name, int share, Optional<Boolean> candidate, List<Pool> pools) {
        public Revision {
            pools = List.copyOf(pools);
        }

        /** One that serves. */
        public Revision(String name, int share, List<Pool> pools) {
            this(name, share, Optional.empty(), pools);
        }
    }

    /**
     * @param name the ServingPool's name, which is also its headless Service's
     * @param podWeight relative speed of one pod of this pool: the planned capacity, requests a second; least
     *     outstanding is taken relative to it
     */
    public record Pool(String name, double podWeight) {}
}

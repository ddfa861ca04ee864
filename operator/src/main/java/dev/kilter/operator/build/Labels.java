package dev.kilter.operator.build;

import dev.kilter.api.v1alpha1.ApiGroup;
import java.util.SortedMap;
import java.util.TreeMap;

/** The labels and annotations that Kilter's parts find each other by. */
public final class Labels {

    /** The group that all of Kilter's own keys stand under. */
    public static final String GROUP = ApiGroup.NAME;

    /** Whose pods, pools, Jobs: an InferenceDeployment's name. */
    public static final String INFERENCE_DEPLOYMENT = ApiGroup.INFERENCE_DEPLOYMENT_LABEL;

    /** Whose pods: a ServingPool's name. */
    public static final String POOL = ApiGroup.POOL_LABEL;

    public static final String PART_OF = "app.kubernetes.io/part-of";
    public static final String MANAGED_BY = "app.kubernetes.io/managed-by";
    public static final String COMPONENT = "app.kubernetes.io/component";
    public static final String NAME = "app.kubernetes.io/name";
    public static final String INSTANCE = "app.kubernetes.io/instance";

    /** The value of {@link #MANAGED_BY}, and the field manager of what the operator writes. */
    public static final String OPERATOR = "kilter-operator";

    /** Annotation on an InferenceDeployment: {@code "true"} stops all writes for it but its status. */
    public static final String PAUSED = ApiGroup.PAUSED_ANNOTATION;

    /** Annotation on a ServingPool: since when it takes no new requests, ISO 8601; it goes after the drain time. */
    public static final String RETIRED_AT = GROUP + "/retired-at";

    /**
     * Annotation on a ServingPool of a revision that has yet to prove itself: since when it stands as it does, ISO
     * 8601.
     */
    public static final String CANDIDATE_SINCE = GROUP + "/candidate-since";

    /** Annotation on a ServingPool of a revision that is not to serve: why. */
    public static final String ROLLED_BACK = GROUP + "/rolled-back";

    /** Annotation on what the operator applies: a hash over what it wants there, so that removals are seen too. */
    public static final String DESIRED_HASH = GROUP + "/desired-hash";

    /** Annotation on a profiling Job: the how manieth attempt it is, from 1. */
    public static final String ATTEMPT = GROUP + "/attempt";

    /** Label on a ModelProfile and on its Job: {@link Hashes#of} the variant's URI, for variants without a digest. */
    public static final String SOURCE = GROUP + "/source";

    /** Label on a profiling Job: the class that it measures. */
    public static final String ACCELERATOR_CLASS = GROUP + "/acceleratorclass";

    private Labels() {}

    /** The common labels of one of Kilter's objects. */
    public static SortedMap<String, String> of(Component component, String instance) {
        SortedMap<String, String> labels = new TreeMap<>();
        labels.put(NAME, "kilter-" + component.label());
        labels.put(INSTANCE, instance);
        labels.put(COMPONENT, component.label());
        labels.put(PART_OF, "kilter");
        labels.put(MANAGED_BY, OPERATOR);
        return labels;
    }

    /** What a pod or object is part of. */
    public enum Component {
        SERVING_RUNTIME("serving-runtime"),
        GATEWAY("gateway"),
        PROFILE("profile");

        private final String label;

        Component(String label) {
            this.label = label;
        }

        /** The value of {@link Labels#COMPONENT}. */
        public String label() {
            return label;
        }

        /** The selector of all objects of this component that the operator manages. */
        public String selector() {
            return MANAGED_BY + "=" + OPERATOR + "," + COMPONENT + "=" + label;
        }
    }
}

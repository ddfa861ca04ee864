package dev.kilter.api.v1alpha1;

/** The group and version of Kilter's kinds, and the keys of its labels and annotations. */
public final class ApiGroup {
    /** The API group, which is also the prefix of Kilter's labels. */
    public static final String NAME = "serving.kilter.dev";

    /** The version. */
    public static final String VERSION = "v1alpha1";

    /** Label: the InferenceDeployment that an object belongs to. */
    public static final String INFERENCE_DEPLOYMENT_LABEL = NAME + "/inferencedeployment";

    /** Label: the ServingPool that an object belongs to. */
    public static final String POOL_LABEL = NAME + "/pool";

    /** Annotation on an InferenceDeployment: {@code "true"} stops planning and scaling; what runs goes on. */
    public static final String PAUSED_ANNOTATION = NAME + "/paused";

    private ApiGroup() {}
}

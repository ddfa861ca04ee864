package dev.kilter.api.v1alpha1;

/** The values of {@code spec.model.task}. */
public final class Tasks {
    /** Tensors in, tensors out. */
    public static final String TENSOR = "tensor";

    /** Texts in, vectors out. */
    public static final String TEXT_EMBEDDING = "text-embedding";

    /** Texts in, labels out; not served yet. */
    public static final String TEXT_CLASSIFICATION = "text-classification";

    /** Images in, labels out; not served yet. */
    public static final String IMAGE_CLASSIFICATION = "image-classification";

    private Tasks() {}
}

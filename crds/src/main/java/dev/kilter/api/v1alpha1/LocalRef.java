package dev.kilter.api.v1alpha1;

/**
 * Names an object of the same namespace.
 *
 * @param name of the object
 */
public record LocalRef(
        @Field(value = "Name of the object, in the same namespace.", required = true, format = Format.OBJECT_NAME)
        String name)
        implements ApiPart {}

package dev.kilter.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonInclude;

/** As metav1.Condition. */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Condition(
        @Field(value = "What the condition is about.", required = true, format = Format.WORD)
        String type,

        @Field(
                value = "Whether it holds.",
                required = true,
                oneOf = {"True", "False", "Unknown"})
        String status,

        @Field(value = "The metadata.generation that it was found at.")
        Long observedGeneration,

        @Field(value = "When the status last changed.", required = true, format = Format.TIME)
        String lastTransitionTime,

        @Field(value = "Why, for programs.", required = true, format = Format.WORD)
        String reason,

        @Field(value = "Why, for people.", required = true, format = Format.MESSAGE)
        String message)
        implements ApiPart {}

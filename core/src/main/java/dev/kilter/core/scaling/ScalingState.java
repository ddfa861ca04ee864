package dev.kilter.core.scaling;

/**
 * What a policy remembers from one decision to the next. Immutable; only the policy that made it looks inside, and any
 * policy takes another's for none.
 */
public interface ScalingState {

    /** Nothing is remembered: the first decision after a start. */
    ScalingState NONE = new None();

    /** See {@link #NONE}. */
    record None() implements ScalingState {}
}

package dev.kilter.api.v1alpha1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * What there is to know about a field of the API, said once: the CRD's schema and the API reference are made from it.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Field {

    /** What it means, with its unit; one or two sentences. */
    String value();

    /** Whether it must be there. */
    boolean required() default false;

    /** The default as YAML; empty: none. The record's constructor fills in the same one. */
    String defaultValue() default "";

    /** Of a string, or of each string in a list or map. */
    Format format() default Format.TEXT;

    /** The closed set of values of a string, or of each string in a list. */
    String[] oneOf() default {};

    /** Smallest number. */
    int min() default 0;

    /** Largest number, or the most items of a list or map; -1: none. */
    int max() default -1;

    /** Fewest items of a list or map. */
    int minItems() default 0;

    /** The keys that tell the items of a list apart; none: the list is replaced as a whole. */
    String[] listKeys() default {};

    /** Whether the list is a set: each value once. */
    boolean set() default false;
}

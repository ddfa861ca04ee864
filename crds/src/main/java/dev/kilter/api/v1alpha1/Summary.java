package dev.kilter.api.v1alpha1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a kind is for, said once: for {@code kubectl explain} and the API reference. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
public @interface Summary {

    /** Of the kind. */
    String value();

    /** Of its spec. */
    String spec();

    /** Of its status; empty: it has none. */
    String status() default "";
}

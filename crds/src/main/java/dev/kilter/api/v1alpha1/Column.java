package dev.kilter.api.v1alpha1;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** A column that {@code kubectl get} prints for a kind, in the order of declaration. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.TYPE)
@Repeatable(Column.All.class)
public @interface Column {

    /** The column's head. */
    String name();

    /** JSON path of its value. */
    String path();

    /** {@code string}, {@code integer} or {@code date}. */
    String type() default "string";

    /** Whether only {@code -o wide} prints it. */
    boolean wide() default false;

    /** Holds several. */
    @Retention(RetentionPolicy.RUNTIME)
    @Target(ElementType.TYPE)
    @interface All {
        /** In order. */
        Column[] value();
    }
}

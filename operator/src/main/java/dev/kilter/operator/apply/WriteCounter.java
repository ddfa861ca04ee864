package dev.kilter.operator.apply;

/** Counts what is written to the API server: at rest it stands still. */
@FunctionalInterface
public interface WriteCounter {

    /**
     * @param kind such as {@code Deployment}
     * @param verb apply, create, delete, status
     */
    void wrote(String kind, String verb);
}

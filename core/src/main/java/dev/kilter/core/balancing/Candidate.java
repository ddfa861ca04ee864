package dev.kilter.core.balancing;

/** What may be chosen. The values may change between two reads; a choice is made on what it happened to see. */
public interface Candidate {

    /** Requests sent there and not yet answered, at least 0. */
    int outstanding();

    /** Relative speed, above 0: twice the weight carries twice the outstanding requests. */
    double weight();
}

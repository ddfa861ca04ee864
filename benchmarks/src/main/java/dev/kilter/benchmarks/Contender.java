package dev.kilter.benchmarks;

/** One way of doing the same work. */
public interface Contender extends AutoCloseable {

    /** As it stands in the table. */
    String name();

    /**
     * Does the work once; blocks.
     *
     * @return items that were done
     */
    int work() throws Exception;

    @Override
    void close();
}

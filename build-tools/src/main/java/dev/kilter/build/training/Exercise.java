package dev.kilter.build.training;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** How a program is used while it is watched. */
interface Exercise {

    /** What the program is told, besides its own environment. */
    Map<String, String> environment() throws IOException;

    /** Uses it; returns when it may end, or has. */
    void with(Process program) throws IOException, InterruptedException;

    /** A program that has its end in itself. */
    static Exercise untilItEnds() {
        return new Exercise() {
            private static final int PATIENCE_SECONDS = 120;

            @Override
            public Map<String, String> environment() {
                return Map.of();
            }

            @Override
            public void with(Process program) throws IOException, InterruptedException {
                if (!program.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                    throw new IOException("the program did not end within " + PATIENCE_SECONDS + " s");
                }
            }
        };
    }
}

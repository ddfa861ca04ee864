package dev.kilter.runtime.serving;

import java.util.Arrays;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;

/** Which of a model's versions are served; the choices are those of Triton's {@code version_policy}. */
public sealed interface VersionPolicy {

    /**
     * The versions to serve, oldest first.
     *
     * @param available those that are there
     */
    List<Long> choose(SortedSet<Long> available);

    /** @param versions how many of the newest, at least one */
    record Latest(int versions) implements VersionPolicy {
        /** Where nothing else is said. */
        public static final Latest NEWEST = new Latest(1);

        public Latest {
            if (versions < 1) {
                throw new IllegalArgumentException("latest: " + versions + " (expected: at least 1)");
            }
        }

        @Override
        public List<Long> choose(SortedSet<Long> available) {
            List<Long> all = List.copyOf(available);
            return all.subList(Math.max(0, all.size() - versions), all.size());
        }
    }

    /** Every one. */
    record All() implements VersionPolicy {
        @Override
        public List<Long> choose(SortedSet<Long> available) {
            return List.copyOf(available);
        }
    }

    /** Those and no others, there or not: what is missing is a model that cannot be loaded. */
    record Specific(List<Long> versions) implements VersionPolicy {
        public Specific {
            versions = List.copyOf(new TreeSet<>(versions));
            if (versions.isEmpty() || versions.getFirst() < 1) {
                throw new IllegalArgumentException("specific: " + versions + " (expected: versions from 1)");
            }
        }

        @Override
        public List<Long> choose(SortedSet<Long> available) {
            return versions;
        }
    }

    /**
     * Reads {@code latest}, {@code latest:2}, {@code all} or {@code specific:1,3}.
     *
     * @throws IllegalArgumentException if it is none of them
     */
    static VersionPolicy parse(String text) {
        if (text.equals("latest")) {
            return Latest.NEWEST;
        }
        if (text.equals("all")) {
            return new All();
        }
        if (text.matches("latest:\\d{1,6}")) {
            return new Latest(Integer.parseInt(text.substring("latest:".length())));
        }
        if (text.matches("specific:\\d{1,18}(,\\d{1,18})*")) {
            String[] versions = text.substring("specific:".length()).split(",", -1);
            return new Specific(Arrays.stream(versions).map(Long::valueOf).toList());
        }
        throw new IllegalArgumentException(text + " (expected: latest, latest:N, all or specific:V,V,…)");
    }
}

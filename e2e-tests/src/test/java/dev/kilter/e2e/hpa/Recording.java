package dev.kilter.e2e.hpa;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** The syncs of one HorizontalPodAutoscaler: what it saw, and what it made of it. */
final class Recording {
    private final List<Sync> syncs = new ArrayList<>();

    private record Sync(double at, int current, String saw) {}

    void sync(double at, int current, OptionalDouble total, Collection<PlayedPod> pods) {
        String seen = pods.stream().map(PlayedPod::line).collect(Collectors.joining(";"));
        syncs.add(
                new Sync(at, current, (total.isPresent() ? "%.2f".formatted(total.getAsDouble()) : "-") + "," + seen));
    }

    /** What each sync asked for is what the next one found; so the last one is left out. */
    void write(Path file) throws IOException {
        List<String> lines = new ArrayList<>(List.of("second,current,desired,total,pods"));
        for (int i = 0; i + 1 < syncs.size(); i++) {
            Sync sync = syncs.get(i);
            lines.add("%.2f,%d,%d,%s"
                    .formatted(sync.at(), sync.current(), syncs.get(i + 1).current(), sync.saw()));
        }
        Files.write(file, lines);
    }
}

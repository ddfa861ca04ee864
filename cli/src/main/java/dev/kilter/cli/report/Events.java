package dev.kilter.cli.report;

import io.fabric8.kubernetes.api.model.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What was told lately about Kilter's objects and what belongs to them, the oldest first. */
final class Events {

    private Events() {}

    /** @param names what belongs to an object begins with its name */
    static String of(KubernetesClient client, String namespace, Set<String> names) {
        return client.v1().events().inNamespace(namespace).list().getItems().stream()
                .filter(event ->
                        names.stream().anyMatch(event.getInvolvedObject().getName()::startsWith))
                .sorted(Comparator.comparing(Events::at))
                .map(Events::line)
                .collect(Collectors.joining());
    }

    private static String line(Event event) {
        return "%s %s %s %s %s%s: %s%n"
                .formatted(
                        at(event),
                        event.getType(),
                        event.getInvolvedObject().getKind(),
                        event.getInvolvedObject().getName(),
                        event.getReason(),
                        event.getCount() == null || event.getCount() < 2 ? "" : " (" + event.getCount() + " times)",
                        String.valueOf(event.getMessage()).strip().replace("\n", " "));
    }

    private static String at(Event event) {
        return Stream.of(
                        event.getLastTimestamp(),
                        event.getEventTime() == null
                                ? null
                                : event.getEventTime().getTime(),
                        event.getMetadata().getCreationTimestamp())
                .filter(time -> time != null)
                .findFirst()
                .orElse("");
    }
}

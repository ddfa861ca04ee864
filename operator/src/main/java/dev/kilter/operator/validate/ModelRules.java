package dev.kilter.operator.validate;

import dev.kilter.api.v1alpha1.InferenceDeploymentSpec;
import dev.kilter.api.v1alpha1.Percentage;
import dev.kilter.api.v1alpha1.Tasks;
import dev.kilter.api.v1alpha1.Variant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What is served. */
final class ModelRules {

    /** Pools add a hash to the name, and pods more; all are DNS labels. */
    private static final int MAX_NAME = 40;

    private static final Set<String> SERVED = Set.of(Tasks.TENSOR, Tasks.TEXT_EMBEDDING);

    /** The form of each scheme, beyond what the schema's one pattern says. */
    private static final List<Map.Entry<Pattern, String>> FORMS = List.of(
            Map.entry(Pattern.compile("file:/.*[^/]"), "file:/PATH of a file"),
            Map.entry(Pattern.compile("https?://[^/]+/.+"), "https://HOST/PATH"),
            Map.entry(Pattern.compile("s3://[^/]+/.+"), "s3://BUCKET/KEY"),
            Map.entry(Pattern.compile("pvc://[^/]+/.*[^/]"), "pvc://CLAIM/PATH of a file"),
            Map.entry(Pattern.compile("maven:[^:!]+:[^:!]+:[^:!]+!/.+"), "maven:GROUP:ARTIFACT:VERSION!/ENTRY"),
            Map.entry(
                    Pattern.compile("emulated:\\?(.*&)?curve=\\d+:[0-9.]+(us|ms|s)(,\\d+:[0-9.]+(us|ms|s))*(&.*)?"),
                    "emulated:?curve=1:8ms,8:20ms"));

    private ModelRules() {}

    static Stream<Violation> nameLeavesRoomForPools(Subject subject) {
        String name = subject.deployment().getMetadata().getName();
        return name.length() <= MAX_NAME
                ? Stream.of()
                : violation("metadata.name", name, "at most " + MAX_NAME + " characters");
    }

    static Stream<Violation> taskIsServed(Subject subject) {
        String task = subject.spec().model().task();
        return SERVED.contains(task)
                ? Stream.of()
                : violation("spec.model.task", task, "tensor or text-embedding; others are not served yet");
    }

    static Stream<Violation> urisAreComplete(Subject subject) {
        return subject.variants().stream().flatMap(variant -> {
            String uri = variant.uri();
            boolean complete =
                    FORMS.stream().anyMatch(form -> form.getKey().matcher(uri).matches());
            String scheme = uri.substring(0, uri.indexOf(':') + 1);
            String expected = FORMS.stream()
                    .map(Map.Entry::getValue)
                    .filter(form -> !scheme.isEmpty() && form.startsWith(scheme))
                    .findFirst()
                    .orElseGet(() -> FORMS.stream().map(Map.Entry::getValue).collect(Collectors.joining(", ")));
            return complete ? Stream.of() : violation(path(variant) + ".uri", uri, expected);
        });
    }

    static Stream<Violation> urisDiffer(Subject subject) {
        return repeated(subject, "uri", variant -> Optional.of(variant.uri()));
    }

    static Stream<Violation> digestsDiffer(Subject subject) {
        return repeated(subject, "digest", variant -> Optional.ofNullable(variant.digest()));
    }

    private static Stream<Violation> repeated(
            Subject subject, String field, Function<Variant, Optional<String>> value) {
        Map<String, String> first = new HashMap<>();
        return subject.variants().stream()
                .flatMap(variant -> value.apply(variant).stream().flatMap(found -> {
                    String other = first.putIfAbsent(found, variant.name());
                    return other == null
                            ? Stream.of()
                            : violation(path(variant) + "." + field, found, "another than that of variant " + other);
                }));
    }

    static Stream<Violation> embeddingBelongsToItsTask(Subject subject) {
        String task = subject.spec().model().task();
        return subject.spec().model().embedding() == null || task.equals(Tasks.TEXT_EMBEDDING)
                ? Stream.of()
                : violation("spec.model.embedding", "set for task " + task, "only for task text-embedding");
    }

    static Stream<Violation> qualityIsStatedAndReachable(Subject subject) {
        InferenceDeploymentSpec.Quality quality = subject.spec().quality();
        if (quality == null) {
            return Stream.of();
        }
        Stream<Violation> unstated = subject.variants().stream()
                .filter(variant -> variant.quality() == null)
                .flatMap(variant -> violation(
                        path(variant) + ".quality", "none", "metric and value, since spec.quality sets a target"));
        List<Variant.MeasuredQuality> stated = subject.variants().stream()
                .map(Variant::quality)
                .filter(each -> each != null)
                .toList();
        Stream<Violation> mixed =
                stated.stream().map(Variant.MeasuredQuality::metric).distinct().count() > 1
                        ? violation(
                                "spec.model.variants[*].quality.metric",
                                stated.stream()
                                        .map(Variant.MeasuredQuality::metric)
                                        .distinct()
                                        .collect(Collectors.joining(", ")),
                                "one metric for all variants")
                        : Stream.of();
        double best = stated.stream()
                .mapToDouble(each -> Percentage.parse("quality.value", each.value()))
                .max()
                .orElse(1);
        Stream<Violation> unreachable = Percentage.parse("quality.target", quality.target()) > best
                ? violation(
                        "spec.quality.target",
                        quality.target(),
                        "at most " + Percentage.of(best) + ", the best variant's quality")
                : Stream.of();
        return Stream.of(unstated, mixed, unreachable).flatMap(each -> each);
    }

    private static String path(Variant variant) {
        return "spec.model.variants[" + variant.name() + "]";
    }

    static Stream<Violation> violation(String field, String value, String expected) {
        return Stream.of(new Violation(field, value, expected));
    }
}

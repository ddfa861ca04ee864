package dev.kilter.operator;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What the API server itself counts of writes, accepted or not, but for those that it makes for itself.
 *
 * @param byKind requests by {@code resource} or {@code resource/subresource}
 */
record ApiRequests(Map<String, Long> byKind) {

    private static final Pattern SAMPLE = Pattern.compile("apiserver_request_total\\{([^}]*)} (\\S+)");
    private static final Set<String> WRITES = Set.of("APPLY", "DELETE", "DELETECOLLECTION", "PATCH", "POST", "PUT");

    /** What it writes itself, some of it long after a Service or a ServiceCIDR was made. */
    private static final Set<String> ITS_OWN = Set.of(
            "apiservices",
            "endpoints",
            "endpointslices",
            "flowschemas",
            "ipaddresses",
            "leases",
            "prioritylevelconfigurations",
            "servicecidrs");

    /** Since the server started. */
    static ApiRequests soFar(KubernetesClient client) {
        return soFar(client, _ -> true);
    }

    /** The same without those that it refused or failed. */
    static ApiRequests accepted(KubernetesClient client) {
        return soFar(client, code -> code.startsWith("2"));
    }

    private static ApiRequests soFar(KubernetesClient client, Predicate<String> codes) {
        Map<String, Long> found = new TreeMap<>();
        Matcher sample = SAMPLE.matcher(client.raw("/metrics"));
        while (sample.find()) {
            String labels = sample.group(1);
            String resource = label(labels, "resource");
            if (WRITES.contains(label(labels, "verb"))
                    && !ITS_OWN.contains(resource)
                    && codes.test(label(labels, "code"))) {
                String subresource = label(labels, "subresource");
                found.merge(
                        subresource.isEmpty() ? resource : resource + "/" + subresource,
                        Math.round(Double.parseDouble(sample.group(2))),
                        Long::sum);
            }
        }
        return new ApiRequests(found);
    }

    private static String label(String labels, String name) {
        Matcher value = Pattern.compile("(?:^|,)" + name + "=\"([^\"]*)\"").matcher(labels);
        return value.find() ? value.group(1) : "";
    }

    /** Those that came since then, of these kinds left out. */
    ApiRequests since(ApiRequests before, String... leftOut) {
        Map<String, Long> more = new TreeMap<>(byKind);
        before.byKind.forEach((kind, count) -> more.merge(kind, -count, Long::sum));
        more.keySet().removeAll(Set.of(leftOut));
        more.values().removeIf(count -> count == 0);
        return new ApiRequests(more);
    }

    long total() {
        return byKind.values().stream().mapToLong(Long::longValue).sum();
    }
}

package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.e2e.AuditLog.Request;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;

/**
 * The least rights, by what the API server wrote down while the scenarios before ran: nobody was refused for want of
 * one, and none was granted that nobody used.
 */
@ClusterTest
@Order(Integer.MAX_VALUE - 1)
class RightsE2E {

    /** Rights that these scenarios need not use, each with its reason. */
    private static final Map<Right, String> NOT_USED_HERE = Map.of(
            new Right("kilter-operator", "coordination.k8s.io", "leases", "update"),
            "the operator SDK asks at the start whether it might, and ends if not; it patches",
            new Right("kilter-operator", "serving.kilter.dev", "servingpools", "delete"),
            "the pools of a revision that another has replaced, half a minute later");

    private List<Request> requests;

    /** What a role grants to one of Kilter's service accounts. */
    record Right(String account, String group, String resource, String verb) implements Comparable<Right> {

        @Override
        public int compareTo(Right other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return account + ": " + verb + " " + resource + (group.isEmpty() ? "" : "." + group);
        }
    }

    @BeforeAll
    void read() {
        Optional<AuditLog> log = AuditLog.ofTheCluster();
        if (log.isEmpty()) {
            skip("KILTER_E2E_AUDIT names no folder with the API server's audit log (e2e-tests/run sets it)");
        }
        requests = log.orElseThrow().requests();
    }

    private static void skip(String reason) {
        System.out.println("SKIPPED rights: " + reason);
        Assumptions.abort(reason);
    }

    @Test
    void nothingWasForbidden() {
        assertThat(requests).isNotEmpty();
        assertThat(requests.stream()
                        .filter(Request::isForbidden)
                        .map(Request::toString)
                        .distinct())
                .as("forbidden")
                .isEmpty();
    }

    @Test
    void noGrantedRightStayedUnused(InstalledKilter kilter) {
        if (System.getProperty("it.test") != null) {
            skip("only some scenarios ran: " + System.getProperty("it.test"));
        }
        TreeSet<Right> unused = new TreeSet<>(granted(kilter.client()));
        assertThat(unused).hasSizeGreaterThan(20);
        requests.stream().flatMap(RightsE2E::used).forEach(unused::remove);
        unused.removeAll(NOT_USED_HERE.keySet());
        assertThat(unused)
                .as("granted, never used: remove it from the chart, use it in a scenario, or give a reason here")
                .isEmpty();
    }

    private static List<Right> granted(KubernetesClient client) {
        Stream<Right> ofClusterRoles =
                client.rbac().clusterRoles().withLabel("app.kubernetes.io/part-of", "kilter").list().getItems().stream()
                        .flatMap(role -> rights(role, role.getRules()));
        Stream<Right> ofRoles = client
                .rbac()
                .roles()
                .inAnyNamespace()
                .withLabel("app.kubernetes.io/part-of", "kilter")
                .list()
                .getItems()
                .stream()
                .flatMap(role -> rights(role, role.getRules()));
        return Stream.concat(ofClusterRoles, ofRoles).toList();
    }

    private static Stream<Right> rights(HasMetadata role, List<PolicyRule> rules) {
        String account = "kilter-" + role.getMetadata().getLabels().get("app.kubernetes.io/component");
        return rules.stream()
                .flatMap(rule -> rule.getApiGroups().stream()
                        .flatMap(group -> rule.getResources().stream()
                                .flatMap(resource -> rule.getVerbs().stream()
                                        .map(verb -> new Right(account, group, resource, verb)))));
    }

    private static Stream<Right> used(Request request) {
        Right asked = new Right(request.account(), request.group(), request.resource(), request.verb());
        boolean created = request.code() == HttpURLConnection.HTTP_CREATED;
        if (created && request.resource().equals("rolebindings")) {
            // Whoever binds a role must hold what it grants, or may bind it by name.
            Right bind = new Right(request.account(), request.group(), "clusterroles", "bind");
            return Stream.of(asked, creation(request), bind);
        }
        // An apply that finds nothing creates, and is asked for that right too.
        return created ? Stream.of(asked, creation(request)) : Stream.of(asked);
    }

    private static Right creation(Request request) {
        return new Right(request.account(), request.group(), request.resource(), "create");
    }
}

package dev.kilter.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.e2e.AuditLog.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AuditLogTest {

    @TempDir
    private Path folder;

    @Test
    void onlyKiltersAccountsCountAndARefusalIsTold() throws IOException {
        Files.writeString(
                folder.resolve("audit.log"),
                event("kilter-system:kilter-operator", "patch", "servingpools", "\"status\"", 200, "allow", "")
                        + event("team-a:kilter-gateway", "list", "pods", "\"\"", 403, "forbid", "cannot list")
                        + event("default:somebody", "list", "pods", "\"\"", 403, "forbid", "cannot list"));

        List<Request> requests = new AuditLog(folder).requests();

        assertThat(requests).extracting(Request::account).containsExactly("kilter-operator", "kilter-gateway");
        assertThat(requests.getFirst().resource()).isEqualTo("servingpools/status");
        assertThat(requests.getFirst().isForbidden()).isFalse();
        assertThat(requests.getLast().isForbidden()).isTrue();
    }

    @Test
    void whatIsRefusedForABindingIsForbiddenAndWhatAGoingNamespaceRefusesIsNot() throws IOException {
        Files.writeString(
                folder.resolve("audit.log"),
                event("a:kilter-operator", "patch", "rolebindings", "\"\"", 403, "allow", "attempting to grant")
                        + event(
                                "a:kilter-operator",
                                "patch",
                                "services",
                                "\"\"",
                                403,
                                "allow",
                                "forbidden:"
                                        + " unable to create new content in namespace a because it is being terminated"));

        assertThat(new AuditLog(folder).requests())
                .extracting(Request::isForbidden)
                .containsExactly(true, false);
    }

    private static String event(
            String account, String verb, String resource, String part, int code, String decision, String message) {
        return """
                {"stage": "ResponseComplete", "stageTimestamp": "2026-01-01T00:00:00.000001Z", "verb": "%s",
                 "user": {"username": "system:serviceaccount:%s"},
                 "objectRef": {"resource": "%s", "subresource": %s, "namespace": "a", "apiGroup": ""},
                 "responseStatus": {"code": %d, "message": "%s"},
                 "annotations": {"authorization.k8s.io/decision": "%s"}}
                """.formatted(verb, account, resource, part, code, message, decision)
                .replace("\n ", " ");
    }
}

package dev.kilter.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.PolicyRuleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleRef;
import io.fabric8.kubernetes.api.model.rbac.Subject;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Assumptions;

/** A real API server with the committed CRDs. */
public final class ApiServer implements AutoCloseable {

    private static final String VERSION = "1.34.4";
    private static final Path BINARIES = Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"))
            .map(Path::of)
            .orElse(Path.of(System.getProperty("user.home"), ".kubeapitest"))
            .resolve("k8s/" + VERSION + "-linux-amd64");

    /** The machine may be busy with other things. */
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final KubeAPIServer server;
    private final KubernetesClient client;

    private ApiServer(KubeAPIServer server, KubernetesClient client) {
        this.server = server;
        this.client = client;
    }

    /** Skips the test, with the reason printed, where the server's binaries are missing. */
    public static ApiServer start() {
        if (!Files.isExecutable(BINARIES.resolve("kube-apiserver"))) {
            String reason = "no kube-apiserver in " + BINARIES + ", so nothing is checked on a real API server";
            System.out.println("Skipped: " + reason);
            Assumptions.abort(reason);
        }
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withApiServerVersion(VERSION)
                .withUpdateKubeConfig(false)
                .withStartupTimeout((int) PATIENCE.toMillis())
                .build());
        server.start();
        return new ApiServer(server, client(Config.fromKubeconfig(server.getKubeConfigYaml())));
    }

    private static KubernetesClient client(Config config) {
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Another user; the caller closes it. */
    public KubernetesClient as(String user) {
        Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
        config.setImpersonateUsername(user);
        return client(config);
    }

    public KubernetesClient client() {
        return client;
    }

    /** The text of a kubeconfig with all rights. */
    public String kubeconfig() {
        return server.getKubeConfigYaml();
    }

    /** Applies the committed CRDs as users do, and waits until they are served. */
    public ApiServer withCrds() {
        try {
            kubectl("apply", "-f", ".");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        awaitKinds("serving.kilter.dev", Crds.KINDS.size());
        Crds.KINDS.forEach(kind -> await(HasMetadata.getKind(kind) + " to be served", () -> isServed(kind)));
        return this;
    }

    private boolean isServed(Class<? extends HasMetadata> kind) {
        return client.raw("/apis/" + HasMetadata.getApiVersion(kind) + "/" + HasMetadata.getPlural(kind)) != null;
    }

    /** Waits until clients discover so many kinds of a group: a CRD is established some time before. */
    public void awaitKinds(String group, int count) {
        await(count + " kinds of " + group, () -> kindsOf(group) == count);
    }

    private long kindsOf(String group) {
        try {
            return kubectl("api-resources", "--api-group=" + group, "--output=name")
                    .lines()
                    .count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Waits until the server goes by all roles and bindings that were written or deleted so far: it watches them
     * itself.
     */
    public void awaitRights() {
        String name = "probe-" + System.nanoTime();
        RoleRef clusterRole = new RoleRef("rbac.authorization.k8s.io", "ClusterRole", name);
        Subject user = new Subject("rbac.authorization.k8s.io", "User", name, null);
        client.resource(new RoleBuilder()
                        .withMetadata(probe(name))
                        .addToRules(mayRead("ofrole"))
                        .build())
                .create();
        client.resource(new RoleBindingBuilder()
                        .withMetadata(probe(name))
                        .withNewRoleRef("rbac.authorization.k8s.io", "Role", name)
                        .withSubjects(user)
                        .build())
                .create();
        client.resource(new ClusterRoleBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .addToRules(mayRead("ofclusterrole"))
                        .build())
                .create();
        client.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName(name)
                        .endMetadata()
                        .withRoleRef(clusterRole)
                        .withSubjects(user)
                        .build())
                .create();
        await("the roles to be gone by", () -> mayRead(name, "ofrole") && mayRead(name, "ofclusterrole"));
    }

    private static ObjectMeta probe(String name) {
        return new ObjectMetaBuilder().withName(name).withNamespace("default").build();
    }

    private static PolicyRule mayRead(String resource) {
        return new PolicyRuleBuilder()
                .withApiGroups("probe.kilter.dev")
                .withResources(resource)
                .withVerbs("get")
                .build();
    }

    private boolean mayRead(String user, String resource) {
        return client.authorization()
                .v1()
                .subjectAccessReview()
                .create(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(user)
                        .withNewResourceAttributes()
                        .withGroup("probe.kilter.dev")
                        .withResource(resource)
                        .withVerb("get")
                        .withNamespace("default")
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }

    private static void await(String what, BooleanSupplier holds) {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (!holds.getAsBoolean()) {
            assertThat(System.nanoTime() - deadline)
                    .as("waited %s for %s", PATIENCE, what)
                    .isNegative();
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
    }

    /** What it prints; fails if it does. */
    public String kubectl(String... arguments) throws IOException {
        Path folder = Files.createTempDirectory("kubectl");
        Path kubeconfig = Files.writeString(folder.resolve("kubeconfig"), server.getKubeConfigYaml());
        List<String> command = new ArrayList<>(List.of(
                BINARIES.resolve("kubectl").toString(),
                "--kubeconfig",
                kubeconfig.toString(),
                "--cache-dir",
                folder.toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.onExit().join().exitValue() != 0) {
            throw new IOException(command + ": " + output);
        }
        return output;
    }

    @Override
    public void close() {
        client.close();
        server.stop();
    }
}

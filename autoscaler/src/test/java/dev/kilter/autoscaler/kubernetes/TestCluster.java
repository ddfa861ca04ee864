package dev.kilter.autoscaler.kubernetes;

import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.api.v1alpha1.ServingPool;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/** A real API server with the committed CRDs, reached directly and through a link that can be cut. */
final class TestCluster implements AutoCloseable {

    private static final String VERSION = "1.34.4";
    private static final Path CRDS = Path.of("../crds");
    private static final List<Class<? extends HasMetadata>> KINDS =
            List.of(InferenceDeployment.class, ServingPool.class);

    /** On a machine that is busy with other things. */
    private static final int START_MILLIS = 180_000;

    private final KubeAPIServer server;
    private final CuttableLink link;
    private final KubernetesClient direct;

    private TestCluster(KubeAPIServer server) {
        this.server = server;
        Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
        this.link = CuttableLink.to(URI.create(config.getMasterUrl()));
        this.direct = new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Skips the test, with the reason printed, where the server's binaries are missing. */
    static TestCluster start() throws IOException {
        Path folder = Optional.ofNullable(System.getenv("KUBE_API_TEST_DIR"))
                .map(Path::of)
                .orElse(Path.of(System.getProperty("user.home"), ".kubeapitest"));
        Path binaries = folder.resolve("k8s/" + VERSION + "-linux-amd64");
        if (!Files.isExecutable(binaries.resolve("kube-apiserver"))) {
            String reason = "no kube-apiserver in " + binaries + ", so scaling is not tested on a real API server";
            System.out.println("Skipped: " + reason);
            Assumptions.abort(reason);
        }
        KubeAPIServer server = new KubeAPIServer(KubeAPIServerConfigBuilder.anAPIServerConfig()
                .withOfflineMode(true)
                .withApiServerVersion(VERSION)
                .withUpdateKubeConfig(false)
                .withStartupTimeout(START_MILLIS)
                .build());
        server.start();
        TestCluster cluster = new TestCluster(server);
        for (Class<? extends HasMetadata> kind : KINDS) {
            cluster.applyCrd(kind);
        }
        return cluster;
    }

    private void applyCrd(Class<? extends HasMetadata> kind) throws IOException {
        String name = HasMetadata.getFullResourceName(kind);
        try (InputStream yaml = Files.newInputStream(CRDS.resolve(name + "-v1.yml"))) {
            direct.load(yaml).serverSideApply();
        }
        // That it is established is written before it is served.
        String path = "/apis/" + HasMetadata.getApiVersion(kind) + "/" + HasMetadata.getPlural(kind);
        Await.until(name + " to be served", () -> direct.raw(path) != null);
    }

    /** For the test itself. */
    KubernetesClient client() {
        return direct;
    }

    /** A pod of Kilter that is ready, though nobody runs it. */
    void ready(Pod pod) {
        Pod created = direct.resource(new PodBuilder(pod)
                        .editMetadata()
                        .addToLabels("app.kubernetes.io/part-of", "kilter")
                        .endMetadata()
                        .editSpec()
                        .withAutomountServiceAccountToken(false)
                        .withServiceAccountName("default")
                        .endSpec()
                        .build())
                .create();
        direct.resource(new PodBuilder(created)
                        .withNewStatus()
                        .addNewCondition()
                        .withType("Ready")
                        .withStatus("True")
                        .endCondition()
                        .endStatus()
                        .build())
                .updateStatus();
    }

    /** A new client behind the link, for what is tested. */
    KubernetesClient linkedClient() {
        Config config = Config.fromKubeconfig(server.getKubeConfigYaml());
        config.setMasterUrl("https://127.0.0.1:" + link.port() + "/");
        config.setRequestTimeout(2000);
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    CuttableLink link() {
        return link;
    }

    @Override
    public void close() {
        direct.close();
        link.close();
        server.stop();
    }
}

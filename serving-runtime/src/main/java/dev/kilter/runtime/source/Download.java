package dev.kilter.runtime.source;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Streams a remote file to disk, taking it up again where a connection broke, in this process or one before it. The
 * version that the bytes are of is kept beside them, so that two versions are never mixed.
 */
final class Download {

    private static final Logger LOG = LoggerFactory.getLogger(Download.class);

    private final RemoteFile remote;
    private final ModelUri uri;
    private final Path target;
    private final Path tagFile;
    private final List<Duration> pauses;
    private final Progress progress;

    /** @param pauses between attempts; one attempt more than there are pauses without progress */
    Download(RemoteFile remote, ModelUri uri, Path target, List<Duration> pauses, Progress progress) {
        this.remote = remote;
        this.uri = uri;
        this.target = target;
        this.tagFile = target.resolveSibling(target.getFileName() + ".tag");
        this.pauses = List.copyOf(pauses);
        this.progress = progress;
    }

    /** Leaves the whole file at the target. */
    void run() throws SourceException, IOException {
        int failures = 0;
        while (true) {
            long before = size();
            try {
                attempt();
                Files.deleteIfExists(tagFile);
                return;
            } catch (BrokenOff e) {
                failures = size() > before ? 1 : failures + 1; // whoever moves on may go on
                if (failures > pauses.size()) {
                    throw new SourceException(
                            SourceException.Kind.UNREACHABLE,
                            uri + ": " + e.getMessage() + ", " + failures + " times in a row, after " + size()
                                    + " bytes; check address, network and proxy; what was fetched is kept",
                            e);
                }
                LOG.warn("{}: {} after {} bytes; trying again", uri, e.getMessage(), size());
                pause(pauses.get(failures - 1));
            }
        }
    }

    private void attempt() throws SourceException, IOException, BrokenOff {
        Optional<String> tag = Files.exists(tagFile) ? Optional.of(Files.readString(tagFile)) : Optional.empty();
        long have = tag.isPresent() ? size() : 0;
        try (RemoteFile.Part part = open(have, tag)) {
            Files.deleteIfExists(tagFile);
            try (OutputStream out = part.from() > 0
                    ? Files.newOutputStream(target, StandardOpenOption.APPEND)
                    : Files.newOutputStream(target)) {
                if (part.tag().isPresent()) {
                    Files.writeString(tagFile, part.tag().get());
                }
                copy(part, out);
            }
        }
    }

    private RemoteFile.Part open(long have, Optional<String> tag) throws SourceException, BrokenOff {
        try {
            return remote.open(have, tag);
        } catch (IOException e) {
            throw new BrokenOff(reason(e), e);
        }
    }

    private void copy(RemoteFile.Part part, OutputStream out) throws IOException, BrokenOff {
        byte[] buffer = new byte[1 << 16];
        long at = part.from();
        for (int read = read(part, buffer); read >= 0; read = read(part, buffer)) {
            out.write(buffer, 0, read);
            at += read;
            progress.at(at, part.length());
        }
        OptionalLong length = part.length();
        if (length.isPresent() && at != length.getAsLong()) {
            throw new BrokenOff("the connection ended early (expected: " + length.getAsLong() + " bytes)", null);
        }
    }

    private static int read(RemoteFile.Part part, byte[] buffer) throws BrokenOff {
        try {
            return part.bytes().read(buffer);
        } catch (IOException e) {
            throw new BrokenOff(reason(e), e);
        }
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.toString();
    }

    private long size() throws IOException {
        return Files.exists(target) ? Files.size(target) : 0;
    }

    private void pause(Duration time) throws SourceException {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new SourceException(SourceException.Kind.UNREACHABLE, uri + ": interrupted while waiting", e);
        }
    }

    /** The other side failed; this side did not. */
    private static final class BrokenOff extends Exception {
        BrokenOff(String message, Throwable cause) {
            super(message, cause);
        }
    }
}

package dev.kilter.cli.report;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.compressors.gzip.GzipCompressorOutputStream;

/** A tar.gz of texts, in a folder of its own. */
final class Archive implements AutoCloseable {

    private final String folder;
    private final Instant at;
    private final TarArchiveOutputStream tar;

    /**
     * @param folder that all of it is in
     * @param at when all of it was written
     */
    Archive(OutputStream out, String folder, Instant at) throws IOException {
        this.folder = folder;
        this.at = at;
        this.tar = new TarArchiveOutputStream(
                new GzipCompressorOutputStream(new BufferedOutputStream(out)), StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
    }

    /** @throws UncheckedIOException if it cannot be written */
    void add(String path, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        TarArchiveEntry entry = new TarArchiveEntry(folder + "/" + path);
        entry.setSize(bytes.length);
        entry.setModTime(at.toEpochMilli());
        try {
            tar.putArchiveEntry(entry);
            tar.write(bytes);
            tar.closeArchiveEntry();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() throws IOException {
        tar.close();
    }
}

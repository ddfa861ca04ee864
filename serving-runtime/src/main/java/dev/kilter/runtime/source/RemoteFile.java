package dev.kilter.runtime.source;

import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;
import java.util.OptionalLong;

/** A file elsewhere, read as a stream that can be taken up again where it broke off. */
interface RemoteFile {

    /**
     * Opens it.
     *
     * @param from first byte wanted
     * @param tag the version that the bytes before {@code from} are of; empty with {@code from} 0
     * @throws SourceException if it is not there or may not be read
     * @throws IOException if the connection fails; worth another attempt
     */
    Part open(long from, Optional<String> tag) throws SourceException, IOException;

    /**
     * What came.
     *
     * @param from first byte of {@code bytes}: as asked, or 0 where the file has changed or cannot be resumed
     * @param length of the whole file, where the other side tells it
     * @param tag strong name of this version of the file, where the other side tells it
     */
    record Part(long from, OptionalLong length, Optional<String> tag, InputStream bytes) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            bytes.close();
        }
    }
}

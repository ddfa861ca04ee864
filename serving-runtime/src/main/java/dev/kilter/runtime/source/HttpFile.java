package dev.kilter.runtime.source;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * {@code http:} and {@code https:}. The JDK's older client, for its timeout on each read: a stalled server is noticed.
 */
record HttpFile(ModelUri uri) implements RemoteFile {

    private static final Duration CONNECT = Duration.ofSeconds(10);
    private static final Duration READ = Duration.ofSeconds(60);

    @Override
    public Part open(long from, Optional<String> tag) throws SourceException, IOException {
        HttpURLConnection connection = (HttpURLConnection) uri.value().toURL().openConnection();
        connection.setConnectTimeout((int) CONNECT.toMillis());
        connection.setReadTimeout((int) READ.toMillis());
        if (from > 0 && tag.isPresent()) {
            connection.setRequestProperty("Range", "bytes=" + from + "-");
            connection.setRequestProperty("If-Range", tag.get());
        }
        int status = connection.getResponseCode();
        if (status == 416 && from > 0) {
            connection.disconnect();
            return open(0, Optional.empty()); // There is nothing past what is kept: the file is another one now.
        }
        Optional<String> current =
                Optional.ofNullable(connection.getHeaderField("ETag")).filter(etag -> !etag.startsWith("W/"));
        long length = connection.getContentLengthLong();
        return switch (status) {
            case 200 ->
                new Part(
                        0,
                        length < 0 ? OptionalLong.empty() : OptionalLong.of(length),
                        current,
                        connection.getInputStream());
            case 206 -> new Part(from, OptionalLong.of(from + length), current, connection.getInputStream());
            default -> throw refused(status, connection);
        };
    }

    private SourceException refused(int status, HttpURLConnection connection) throws IOException {
        connection.disconnect();
        if (status == 429 || status >= 500) {
            throw new IOException("HTTP status " + status);
        }
        return switch (status) {
            case 401, 403 ->
                new SourceException(
                        SourceException.Kind.FORBIDDEN,
                        uri + ": HTTP status " + status + "; check that it may be read from here without a login");
            case 404, 410 ->
                new SourceException(
                        SourceException.Kind.NOT_FOUND,
                        uri + ": HTTP status " + status + "; check the path, letter by letter");
            default ->
                new SourceException(
                        SourceException.Kind.UNREACHABLE, uri + ": HTTP status " + status + " (expected: 200)");
        };
    }
}

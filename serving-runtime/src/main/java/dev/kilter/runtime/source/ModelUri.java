package dev.kilter.runtime.source;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;

/**
 * A model's URI as it was configured. Printed without user information and query, which may hold secrets.
 *
 * @param value e.g. {@code s3://models/intent/int8.onnx}
 */
public record ModelUri(URI value) {

    /**
     * Reads it.
     *
     * @throws SourceException if it is no absolute URI
     */
    public static ModelUri parse(String text) throws SourceException {
        try {
            URI uri = new URI(text);
            if (uri.getScheme() == null) {
                throw new SourceException(
                        SourceException.Kind.INVALID_URI,
                        text + ": no scheme (expected: file:, https:, s3:, pvc:, maven: or emulated:); for a local "
                                + "file write file:/absolute/path");
            }
            return new ModelUri(uri);
        } catch (URISyntaxException e) {
            throw new SourceException(
                    SourceException.Kind.INVALID_URI, "not a URI at character " + e.getIndex() + ": " + e.getReason());
        }
    }

    /** In lower case. */
    public String scheme() {
        return value.getScheme().toLowerCase(Locale.ROOT);
    }

    /** The last part of its path. */
    public String fileName() {
        String path = path();
        return path.substring(path.lastIndexOf('/') + 1);
    }

    /** The file of that name in the same place. */
    public ModelUri sibling(String name) {
        String text = value.toString();
        int query = text.indexOf('?');
        String path = query < 0 ? text : text.substring(0, query);
        String rest = query < 0 ? "" : text.substring(query);
        return new ModelUri(URI.create(path.substring(0, path.lastIndexOf('/') + 1) + name + rest));
    }

    private String path() {
        return value.isOpaque() ? value.getSchemeSpecificPart() : value.getPath();
    }

    /** The URI without what may be secret; fit for logs and messages. */
    public URI printable() {
        if (value.isOpaque() || (value.getRawUserInfo() == null && value.getRawQuery() == null)) {
            return value;
        }
        String host = value.getHost() == null ? "" : value.getHost();
        String port = value.getPort() < 0 ? "" : ":" + value.getPort();
        return URI.create(value.getScheme() + "://" + host + port + value.getRawPath());
    }

    @Override
    public String toString() {
        return printable().toString();
    }
}

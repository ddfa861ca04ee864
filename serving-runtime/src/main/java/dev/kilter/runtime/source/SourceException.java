package dev.kilter.runtime.source;

/** A file could not be had. The message names the URI without its secrets, the reason and the next step. */
public final class SourceException extends Exception {

    /** Why. */
    public enum Kind {
        /** The URI says nothing that can be fetched. */
        INVALID_URI,
        /** No such file. */
        NOT_FOUND,
        /** It may not be read. */
        FORBIDDEN,
        /** A folder, or nothing with content. */
        NOT_A_FILE,
        /** The file is there, but another one than expected. */
        DIGEST_MISMATCH,
        /** The other side cannot be reached, broke off or failed; later it may not. */
        UNREACHABLE,
        /** The cache on this side cannot be written. */
        CACHE
    }

    private final Kind kind;

    public SourceException(Kind kind, String message) {
        this(kind, message, null);
    }

    public SourceException(Kind kind, String message, Throwable cause) {
        super(message, cause);
        this.kind = kind;
    }

    /** Why. */
    public Kind kind() {
        return kind;
    }
}

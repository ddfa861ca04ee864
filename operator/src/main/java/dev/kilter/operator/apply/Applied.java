package dev.kilter.operator.apply;

/** What became of one object. */
public sealed interface Applied {

    /** It was as wanted. */
    record Unchanged() implements Applied {}

    /** @param created whether it was not there before */
    record Written(boolean created) implements Applied {}

    /**
     * An object of that name is not ours; it was left alone.
     *
     * @param object as people say it: {@code Service default/intent}
     */
    record NameTaken(String object) implements Applied {}

    /** An object of that name is being deleted; ask again when it is gone. */
    record Leaving(String object) implements Applied {}

    /**
     * The API server does not take it as it is: it finds a field invalid, a quota is used up, we lack a right. The same
     * again is of no use until somebody mends that.
     *
     * @param message the API server's own
     */
    record Refused(String object, String message) implements Applied {}
}

package dev.kilter.api.v1alpha1;

/** The kinds of string in the API: each has one pattern and one maximum, in the schema and in the parsers. */
public enum Format {
    /** Free text for people. */
    TEXT("", 1024, "text"),
    /** What Kilter tells people: never so long that a status cannot be written. */
    MESSAGE("", 32_768, "text"),
    /** {@code 50ms}, {@code 1.5s}: see {@link DurationText}. */
    DURATION("^[0-9]{1,6}(\\.[0-9]{1,3})?(us|ms|s|m|h)$", 12, "a number and a unit (us, ms, s, m, h), such as 50ms"),
    /** {@code 99.9%}: see {@link Percentage}. */
    PERCENTAGE("^(100(\\.0{1,6})?|[0-9]{1,2}(\\.[0-9]{1,6})?)%$", 12, "0% to 100%, such as 99.9%"),
    /** The same, of what can be made surer but never sure. */
    HEDGE("^[5-9][0-9](\\.[0-9]{1,2})?%$", 6, "50% to 99.99%, such as 99%"),
    /** {@code "0.35"}: see {@link Money}. */
    MONEY("^[0-9]{1,9}(\\.[0-9]{1,6})?$", 16, "a decimal number in quotes, such as \"0.35\""),
    /** {@code "410.5"}. */
    DECIMAL("^[0-9]{1,12}(\\.[0-9]{1,6})?$", 20, "a decimal number in quotes, such as \"410.5\""),
    /** A DNS label. */
    NAME("^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", 63, "lower-case letters, digits and '-', such as t4"),
    /** A DNS subdomain: the name of most Kubernetes objects. */
    OBJECT_NAME("^[a-z0-9]([-.a-z0-9]*[a-z0-9])?$", 253, "lower-case letters, digits, '-' and '.'"),
    /** {@code sha256:…}. */
    DIGEST("^sha256:[0-9a-f]{64}$", 71, "sha256: and 64 hexadecimal digits"),
    /** Where a model or tokenizer is. */
    URI(
            "^(file:/|https?://|s3://|pvc://|maven:|emulated:).*$",
            1024,
            "file:/PATH, https://, s3://BUCKET/KEY, pvc://CLAIM/PATH, maven:GROUP:ARTIFACT:VERSION!/ENTRY or emulated:"),
    /** The key of a label, an annotation or a resource. */
    KEY("^([a-z0-9]([-.a-z0-9]*[a-z0-9])?/)?[A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?$", 317, "[PREFIX/]NAME"),
    /** The value of a label. */
    LABEL_VALUE("^([A-Za-z0-9]([-._A-Za-z0-9]*[A-Za-z0-9])?)?$", 63, "at most 63 letters, digits, '-', '_' and '.'"),
    /** A word in CamelCase: a reason or a condition's type. */
    WORD("^[A-Za-z]([A-Za-z0-9_,:]*[A-Za-z0-9_])?$", 128, "a word in CamelCase"),
    /** A container image. */
    IMAGE("^[^\\s]+$", 512, "[REGISTRY/]REPOSITORY[:TAG][@DIGEST]"),
    /** A Kubernetes quantity. */
    QUANTITY("^[0-9]{1,15}(\\.[0-9]{1,6})?([numkMGTPE]|[KMGTPE]i)?$", 32, "a quantity, such as 500m or 8Gi"),
    /** RFC 3339. */
    TIME(
            "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]+(Z|[+-][0-9]{2}:[0-9]{2})$",
            40, "RFC 3339, such as 2026-01-31T12:00:00Z");

    private final String pattern;
    private final int maxLength;
    private final String expected;

    Format(String pattern, int maxLength, String expected) {
        this.pattern = pattern;
        this.maxLength = maxLength;
        this.expected = expected;
    }

    /** The regular expression, anchored; empty: anything. */
    public String pattern() {
        return pattern;
    }

    /** In characters. */
    public int maxLength() {
        return maxLength;
    }

    /** What a message says was expected. */
    public String expected() {
        return expected;
    }

    /**
     * Returns the value.
     *
     * @throws IllegalArgumentException naming the field, if the value is missing or not of this format
     */
    public String check(String field, String value) {
        if (value == null || !matches(value)) {
            throw new IllegalArgumentException(field + ": " + value + " (expected: " + expected + ")");
        }
        return value;
    }

    /** Whether the value is of this format. */
    public boolean matches(String value) {
        return value.length() <= maxLength && (pattern.isEmpty() || value.matches(pattern));
    }
}

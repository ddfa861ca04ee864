package dev.kilter.runtime.source;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * {@code maven:group:artifact:version!/entry/in.jar}.
 *
 * @param entry of the jar, without a leading slash
 */
record MavenArtifact(String group, String artifact, String version, String entry) {

    private static final Pattern FORM =
            Pattern.compile("maven:([\\w.-]+):([\\w.-]+):([\\w.+-]+)!/(.+)", Pattern.CASE_INSENSITIVE);

    static MavenArtifact of(ModelUri uri) throws SourceException {
        Matcher matcher = FORM.matcher(uri.value().toString());
        if (!matcher.matches() || uri.value().toString().contains("..")) {
            throw new SourceException(
                    SourceException.Kind.INVALID_URI,
                    uri + ": not an entry of a Maven artifact (expected: maven:GROUP:ARTIFACT:VERSION!/ENTRY)");
        }
        return new MavenArtifact(matcher.group(1), matcher.group(2), matcher.group(3), matcher.group(4));
    }

    /** Where a repository keeps the jar. */
    String path() {
        return group.replace('.', '/') + "/" + artifact + "/" + version + "/" + artifact + "-" + version + ".jar";
    }

    /** How a person would fetch it. */
    String command() {
        return "mvn dependency:get -Dtransitive=false -Dartifact=" + group + ":" + artifact + ":" + version;
    }
}

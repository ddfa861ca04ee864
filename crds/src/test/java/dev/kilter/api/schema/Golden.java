package dev.kilter.api.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Holds a committed file to what is generated. */
public final class Golden {

    /** Rewrites the committed files. */
    static final String UPDATE = "mvn -q -pl crds -Dcrds.update=true -Dtest=GeneratedFilesTest test";

    private Golden() {}

    static void check(Path file, String generated) throws IOException {
        check(file, generated, UPDATE);
    }

    /** @param update the command that rewrites the file */
    public static void check(Path file, String generated, String update) throws IOException {
        if (Boolean.getBoolean("crds.update")) {
            Files.createDirectories(file.toAbsolutePath().getParent());
            Files.writeString(file, generated);
        }
        assertThat(file)
                .withFailMessage("%s is not what is generated. Mend it with: %s", file, update)
                .exists()
                .hasContent(generated);
    }
}

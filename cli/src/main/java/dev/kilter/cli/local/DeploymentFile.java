package dev.kilter.cli.local;

import dev.kilter.api.reading.Reading;
import dev.kilter.api.reading.ResourceReader;
import dev.kilter.api.v1alpha1.InferenceDeployment;
import dev.kilter.cli.UserError;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;

/** Reads an InferenceDeployment from YAML as an API server would take it: strictly, with the schema's defaults. */
public final class DeploymentFile {

    /** The namespace that local mode plays. */
    public static final String NAMESPACE = "local";

    private DeploymentFile() {}

    /**
     * The one InferenceDeployment of that file; other kinds in it are left out.
     *
     * @throws UserError naming every field that is wrong, what it is and what was expected
     */
    public static InferenceDeployment read(Path file) {
        return parse(text(file), file.toString());
    }

    static InferenceDeployment parse(String yaml, String source) {
        Reading reading = ResourceReader.read(yaml);
        if (!reading.violations().isEmpty()) {
            throw new UserError(wrong(source, reading.violations()));
        }
        List<InferenceDeployment> found = reading.of(InferenceDeployment.class);
        if (found.size() != 1) {
            throw new UserError(source + ": " + found.size() + " of kind InferenceDeployment (expected: exactly one)");
        }
        InferenceDeployment deployment = found.getFirst();
        deployment.getMetadata().setNamespace(NAMESPACE);
        deployment.getMetadata().setGeneration(1L);
        return deployment;
    }

    /** All problems of one file in one message. */
    static String wrong(String source, List<String> problems) {
        return problems.size() == 1
                ? source + ": " + problems.getFirst()
                : source + ": " + problems.size() + " problems:\n  " + String.join("\n  ", problems);
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (NoSuchFileException e) {
            throw new UserError(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new UserError(file + ": no text in UTF-8 (expected: YAML)", e);
        } catch (IOException e) {
            throw new UserError(file + ": cannot be read: " + e.getMessage(), e);
        }
    }
}

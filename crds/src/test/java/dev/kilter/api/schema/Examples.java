package dev.kilter.api.schema;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The YAML documents that users start from. */
final class Examples {

    private Examples() {}

    static List<ObjectNode> documents(Path file) throws IOException {
        try (MappingIterator<ObjectNode> documents =
                FullResource.YAML.readerFor(ObjectNode.class).readValues(file.toFile())) {
            return documents.readAll();
        }
    }
}

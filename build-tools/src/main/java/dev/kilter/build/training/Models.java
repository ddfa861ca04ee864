package dev.kilter.build.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What is served in training.
 *
 * @param tensor a small model of the tests: {@code x} FP32 [-1,3] and {@code ids} INT64 [-1,n]
 * @param text the example's INT8 text encoder as a {@code maven:} URI; empty where Maven has not fetched it
 * @param repository the local Maven repository
 */
record Models(Path tensor, Optional<String> text, Path repository) {

    private static final Pattern INT8 = Pattern.compile("uri: (maven:([^:]+):([^:]+-q):([^!]+)!\\S+)");

    static Models of(Path root, Path repository) throws IOException {
        Path tensor = root.resolve("serving-runtime/src/test/resources/models/mixed.onnx")
                .toAbsolutePath();
        Matcher example = INT8.matcher(Files.readString(root.resolve("examples/sentence-embedder.yaml")));
        if (!example.find()) {
            return new Models(tensor, Optional.empty(), repository);
        }
        Path jar = repository
                .resolve(example.group(2).replace('.', '/'))
                .resolve(example.group(3))
                .resolve(example.group(4))
                .resolve(example.group(3) + "-" + example.group(4) + ".jar");
        return new Models(tensor, Optional.of(example.group(1)).filter(_ -> Files.isRegularFile(jar)), repository);
    }

    /** The configuration of a serving process that has them, as {@code RuntimeConfig} in JSON. */
    String configuration() {
        String tensors = model("numbers", "tensor", tensor.toUri().toString());
        String texts =
                text.map(uri -> "," + model("words", "text-embedding", uri)).orElse("");
        return "{\"models\":[" + tensors + texts + "],\"engine\":{\"provider\":\"CPU\",\"instances\":1,\"threads\":1}}";
    }

    private static String model(String name, String task, String uri) {
        return "{\"name\":\"" + name + "\",\"task\":\"" + task + "\",\"maxBatchSize\":16,\"sloMillis\":100,"
                + "\"activeVariant\":\"only\",\"variants\":[{\"name\":\"only\",\"precision\":\"fp32\",\"uri\":\"" + uri
                + "\"}]}";
    }
}

package dev.kilter.runtime.engine;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URL;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.zip.ZipEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The native libraries that the jars of ONNX Runtime and of the tokenizer carry, unpacked once instead of by each
 * process: some 45 MB, a fifth of a second of every start. A folder's name holds the CRC-32 of its files, so another
 * version of a jar has another folder, and nothing is read to see whether it fits. Several processes may share them.
 *
 * <p>On Linux. Elsewhere, and where nothing can be kept, the libraries are left to unpack themselves.
 */
public final class NativeLibraries {

    /** Names a folder, read-only, where a build has unpacked them already. */
    public static final String ENVIRONMENT = "KILTER_NATIVE_LIBRARIES";

    private static final Logger LOG = LoggerFactory.getLogger(NativeLibraries.class);

    private final Optional<Path> ready;
    private final Path cache;

    /**
     * Where they are looked for, in this order.
     *
     * @param ready folder that a build has filled; may lack what is looked for
     * @param cache folder that is filled as need be, made where it is missing
     */
    public NativeLibraries(Optional<Path> ready, Path cache) {
        this.ready = ready;
        this.cache = cache;
    }

    /**
     * A library as its jar holds it.
     *
     * @param property tells its Java side where it is
     * @param told the folder, or a file in it
     * @param resources without a slash in front
     */
    record Library(String name, String property, String told, List<String> resources) {}

    /** Tells the Java sides where theirs are; comes before anything of them is called. */
    public void provide() {
        Optional<Library> onnxRuntime = System.getProperty("os.name").equals("Linux")
                ? switch (System.getProperty("os.arch")) {
                    case "amd64" -> Optional.of(onnxRuntime("linux-x64"));
                    case "aarch64" -> Optional.of(onnxRuntime("linux-aarch64"));
                    default -> Optional.empty();
                }
                : Optional.empty();
        // With GPU providers it looks for them beside itself, and has to unpack all of them.
        onnxRuntime
                .filter(library -> !exists(library, "libonnxruntime_providers_shared.so"))
                .ifPresent(this::provide);
        onnxRuntime.map(_ -> tokenizer()).ifPresent(this::provide);
    }

    private static Library onnxRuntime(String platform) {
        String folder = "ai/onnxruntime/native/" + platform + "/";
        return new Library(
                "onnxruntime",
                "onnxruntime.native.path",
                "",
                List.of(folder + "libonnxruntime.so", folder + "libonnxruntime4j_jni.so"));
    }

    private static Library tokenizer() {
        String platform = System.getProperty("os.arch").equals("amd64") ? "linux-x86_64" : "linux-aarch64";
        return new Library(
                "tokenizers",
                "RUST_LIBRARY_PATH",
                "libtokenizers.so",
                List.of("native/lib/" + platform + "/cpu/libtokenizers.so"));
    }

    private static boolean exists(Library beside, String file) {
        String resource = beside.resources().getFirst();
        return resource(resource.substring(0, resource.lastIndexOf('/') + 1) + file) != null;
    }

    private void provide(Library library) {
        if (System.getProperty(library.property()) != null) {
            return;
        }
        try {
            folder(library)
                    .map(folder -> folder.resolve(library.told()).toAbsolutePath())
                    .ifPresent(place -> System.setProperty(library.property(), place.toString()));
        } catch (IOException | UncheckedIOException e) {
            LOG.info("{} is unpacked anew at each start: {}", library.name(), e.toString());
        }
    }

    /** The folder that holds the library's files; empty if its jar is not there. */
    Optional<Path> folder(Library library) throws IOException {
        List<Packed> files = new ArrayList<>();
        for (String name : library.resources()) {
            URL resource = resource(name);
            if (resource == null || !(resource.openConnection() instanceof JarURLConnection jar)) {
                return Optional.empty();
            }
            files.add(new Packed(name.substring(name.lastIndexOf('/') + 1), resource, jar.getJarEntry()));
        }
        StringBuilder name = new StringBuilder(library.name());
        files.forEach(
                file -> name.append('-').append(Long.toHexString(file.entry().getCrc())));
        Optional<Path> unpacked = ready.map(folder -> folder.resolve(name.toString()))
                .filter(folder -> files.stream().allMatch(file -> file.isIn(folder)));
        return unpacked.isPresent() ? unpacked : Optional.of(kept(cache.resolve(name.toString()), files));
    }

    private static Path kept(Path folder, List<Packed> files) throws IOException {
        if (files.stream().allMatch(file -> file.isIn(folder))) {
            return folder;
        }
        Files.createDirectories(folder.getParent());
        Path unfinished = Files.createTempDirectory(folder.getParent(), "unfinished");
        try {
            for (Packed file : files) {
                try (InputStream in = file.resource().openStream()) {
                    Files.copy(in, unfinished.resolve(file.name()));
                }
            }
            moved(unfinished, folder, files);
        } finally {
            delete(unfinished);
        }
        return folder;
    }

    /** Whole or not at all; another process may have been faster. */
    private static void moved(Path unfinished, Path folder, List<Packed> files) throws IOException {
        try {
            Files.move(unfinished, folder, StandardCopyOption.ATOMIC_MOVE);
        } catch (FileSystemException e) {
            if (files.stream().allMatch(file -> file.isIn(folder))) {
                return;
            }
            for (Packed file : files) { // what a crash left there
                Files.move(
                        unfinished.resolve(file.name()),
                        folder.resolve(file.name()),
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (var files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    Files.delete(file);
                }
            }
            Files.delete(folder);
        }
    }

    private static URL resource(String name) {
        return NativeLibraries.class.getClassLoader().getResource(name);
    }

    /** A file in a jar. */
    private record Packed(String name, URL resource, ZipEntry entry) {

        /** Whether it lies there whole, as far as its size tells. */
        boolean isIn(Path folder) {
            try {
                return Files.size(folder.resolve(name)) == entry.getSize();
            } catch (IOException notThere) {
                return false;
            }
        }
    }
}

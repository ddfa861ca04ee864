package dev.kilter.build.training;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An image on disk, to be run without a container: its files under a folder, and what its configuration says.
 *
 * @param root the folder
 * @param entryPoint of its configuration
 * @param environment of its configuration
 */
record Image(Path root, List<String> entryPoint, Map<String, String> environment) {

    private static final String CACHE_FLAG = "-XX:AOTCache=";
    private static final Pattern STRING = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

    /**
     * Unpacks an archive in Docker's format, times of files included: the JVM compares them.
     *
     * @throws IOException if it is no such archive
     */
    static Image unpack(Path archive, Path root) throws IOException, InterruptedException {
        Path parts = Files.createDirectory(root.resolveSibling("archive"));
        untar(archive, parts);
        String manifest = Files.readString(parts.resolve("manifest.json"));
        for (String layer : strings(manifest, "Layers")) {
            untar(parts.resolve(layer), root);
        }
        String config = Files.readString(parts.resolve(string(manifest, "Config")));
        Map<String, String> environment = new HashMap<>();
        for (String variable : strings(config, "Env")) {
            int equals = variable.indexOf('=');
            environment.put(variable.substring(0, equals), variable.substring(equals + 1));
        }
        return new Image(root, strings(config, "Entrypoint"), environment);
    }

    /**
     * The entry point with every path of the image led to the folder, and told to write a cache where it would read
     * one. The JVM finds the cache good for the class path of the image as well: it takes the common part of the paths
     * off.
     *
     * @throws IOException if the image's program is not started by a {@code java} of its own
     */
    List<String> command(Path cache) throws IOException {
        List<String> command = new ArrayList<>();
        command.add(java().toString());
        boolean classPath = false;
        boolean cached = false;
        for (String argument : entryPoint.subList(1, entryPoint.size())) {
            if (argument.startsWith(CACHE_FLAG)) {
                command.add("-XX:AOTCacheOutput=" + cache);
                cached = true;
            } else {
                command.add(classPath ? classPath(argument).replaceAll("(^|:)/", "$1" + root + "/") : argument);
            }
            classPath = argument.equals("-cp");
        }
        if (!cached) {
            throw new IOException("the image's entry point has no " + CACHE_FLAG + ": " + entryPoint);
        }
        return command;
    }

    /** Itself, or what the file holds that it names: Jib writes it to one. */
    private String classPath(String argument) throws IOException {
        return argument.startsWith("@")
                ? Files.readString(root.resolve(argument.substring(2))).strip()
                : argument;
    }

    private Path java() throws IOException {
        for (String folder : environment.getOrDefault("PATH", "/usr/bin").split(":")) {
            Path java = root.resolve(folder.substring(1)).resolve("java");
            if (entryPoint.getFirst().equals("java") && Files.isExecutable(java)) {
                return java;
            }
        }
        throw new IOException("the image's program is " + entryPoint.getFirst() + " (expected: java, on its PATH "
                + environment.get("PATH") + ")");
    }

    private static void untar(Path archive, Path folder) throws IOException, InterruptedException {
        Process tar = new ProcessBuilder("tar", "-C", folder.toString(), "-xf", archive.toString())
                .inheritIO()
                .start();
        if (tar.waitFor() != 0) {
            throw new IOException(archive + ": tar cannot unpack it");
        }
    }

    private static String string(String json, String field) throws IOException {
        Matcher value = STRING.matcher(json);
        if (value.find(after(json, field))) {
            return value.group(1);
        }
        throw new IOException(field + ": no text in " + json);
    }

    private static List<String> strings(String json, String field) throws IOException {
        int from = json.indexOf('[', after(json, field));
        Matcher value = STRING.matcher(json).region(from, json.length());
        List<String> values = new ArrayList<>();
        int end = from + 1;
        while (json.charAt(skip(json, end)) != ']' && value.find()) {
            values.add(value.group(1).replace("\\/", "/").replace("\\u003d", "="));
            end = value.end();
        }
        return values;
    }

    private static int skip(String json, int from) {
        int at = from;
        while (Character.isWhitespace(json.charAt(at)) || json.charAt(at) == ',') {
            at++;
        }
        return at;
    }

    private static int after(String json, String field) throws IOException {
        int at = json.indexOf("\"" + field + "\"");
        if (at < 0) {
            throw new IOException("no " + field + " in " + json);
        }
        return at + field.length() + 2;
    }
}

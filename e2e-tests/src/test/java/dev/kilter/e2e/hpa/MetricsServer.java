package dev.kilter.e2e.hpa;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** The three metrics APIs that a HorizontalPodAutoscaler asks, over TLS with a certificate of its own making. */
final class MetricsServer implements AutoCloseable {
    private static final Pattern PATH =
            Pattern.compile("/apis/(?<group>[a-z.0-9]+)/(?<version>v1beta[12])(/namespaces/[^/]+/(?<rest>.*))?");
    private static final Pattern APP = Pattern.compile("app(=|%3D)(?<app>[a-z-]+)");
    private static final char[] PASSWORD = "changeit".toCharArray();

    private final HttpsServer server;

    /** What is told. */
    interface Source {

        /** The body for the pods of that Deployment, or for the one that has that total. */
        String metrics(String deployment);
    }

    MetricsServer(int port, Source source) throws IOException {
        server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(tls()));
        server.setExecutor(command -> Thread.ofVirtual().start(command));
        server.createContext("/", exchange -> answer(exchange, source));
        server.start();
    }

    private static void answer(HttpExchange exchange, Source source) throws IOException {
        Matcher path = PATH.matcher(exchange.getRequestURI().getPath());
        if (!path.matches()) {
            send(
                    exchange,
                    404,
                    "{\"kind\": \"Status\", \"apiVersion\": \"v1\", \"status\": \"Failure\", \"code\": 404}");
        } else if (path.group("rest") == null) {
            send(exchange, 200, resources(path.group("group"), path.group("version")));
        } else {
            Matcher app = APP.matcher(String.valueOf(exchange.getRequestURI().getRawQuery()));
            send(exchange, 200, source.metrics(app.find() ? app.group("app") : path.group("rest")));
        }
    }

    private static String resources(String group, String version) {
        String name = switch (group) {
            case "metrics.k8s.io" -> "pods";
            case "custom.metrics.k8s.io" -> "pods/concurrency";
            default -> "total";
        };
        return """
                {"kind": "APIResourceList", "apiVersion": "v1", "groupVersion": "%s/%s", "resources":
                 [{"name": "%s", "singularName": "", "namespaced": true, "kind": "Metric", "verbs": ["get", "list"]}]}
                """.formatted(group, version, name);
    }

    private static void send(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    private static SSLContext tls() throws IOException {
        Path folder = Files.createTempDirectory("metrics");
        Path file = folder.resolve("keys.p12");
        try {
            String password = new String(PASSWORD);
            Process keytool = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "keytool")
                                    .toString(),
                            "-genkeypair",
                            "-keyalg",
                            "EC",
                            "-alias",
                            "metrics",
                            "-dname",
                            "CN=metrics",
                            "-ext",
                            "san=dns:localhost,ip:127.0.0.1",
                            "-storetype",
                            "PKCS12",
                            "-storepass",
                            password,
                            "-keystore",
                            file.toString())
                    .inheritIO()
                    .start();
            if (keytool.waitFor() != 0) {
                throw new IOException("keytool ended with " + keytool.exitValue());
            }
            KeyStore keys = KeyStore.getInstance("PKCS12");
            try (InputStream in = Files.newInputStream(file)) {
                keys.load(in, PASSWORD);
            }
            KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            managers.init(keys, PASSWORD);
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(managers.getKeyManagers(), null, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IOException("a certificate for the metrics server", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", e);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package dev.kilter.e2e;

import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.LocalPortForward;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;

/**
 * A way into a Service from this machine: its cluster address where that can be reached, so that the Service itself is
 * under test; else a port-forward.
 */
record ServiceDoor(String host, int port, Closeable closing) implements Closeable {

    static ServiceDoor open(KubernetesClient client, String namespace, String name) {
        Service service =
                client.services().inNamespace(namespace).withName(name).require();
        String address = service.getSpec().getClusterIP();
        int port = service.getSpec().getPorts().getFirst().getPort();
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 1000);
            return new ServiceDoor(address, port, () -> {});
        } catch (IOException notFromHere) {
            LocalPortForward forward =
                    client.services().inNamespace(namespace).withName(name).portForward(port);
            return new ServiceDoor("127.0.0.1", forward.getLocalPort(), forward);
        }
    }

    /** For an Armeria gRPC client. */
    String grpc() {
        return "gproto+h2c://" + host + ":" + port + "/";
    }

    String http(String path) {
        return "http://" + host + ":" + port + path;
    }

    @Override
    public void close() throws IOException {
        closing.close();
    }
}

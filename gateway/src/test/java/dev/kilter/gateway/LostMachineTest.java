package dev.kilter.gateway;

import static dev.kilter.gateway.GatewayFixture.eventually;
import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.client.WebClient;
import com.linecorp.armeria.common.AggregatedHttpResponse;
import com.linecorp.armeria.common.SessionProtocol;
import dev.kilter.gateway.routing.PodAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A machine that is gone closes no connection: each is found out by what was lost on it, and one must be enough. */
class LostMachineTest {

    /** The only way to a pod: cut, it carries nothing more, and but for one connection none of its ends is told. */
    private static final class Cable implements AutoCloseable {

        private final FakePod pod;
        private final int port;
        final List<Socket> outer = new CopyOnWriteArrayList<>();
        private final List<Socket> inner = new CopyOnWriteArrayList<>();
        private volatile Socket asked;
        private volatile boolean cut;
        private volatile ServerSocket listener;

        Cable(FakePod pod) throws IOException {
            this.pod = pod;
            this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            this.port = listener.getLocalPort();
            accept();
        }

        private void accept() {
            ServerSocket accepting = listener;
            Thread.ofVirtual().start(() -> {
                while (true) {
                    try {
                        Socket out = accepting.accept();
                        Socket in = new Socket(
                                InetAddress.getLoopbackAddress(), pod.address().port());
                        outer.add(out);
                        inner.add(in);
                        Thread.ofVirtual().start(() -> carry(out, in));
                        Thread.ofVirtual().start(() -> carry(in, out));
                    } catch (IOException closed) {
                        return;
                    }
                }
            });
        }

        private void carry(Socket from, Socket to) {
            byte[] some = new byte[8192];
            try {
                for (int n = from.getInputStream().read(some);
                        n >= 0;
                        n = from.getInputStream().read(some)) {
                    if (!cut) {
                        asked = outer.contains(from) ? from : asked;
                        to.getOutputStream().write(some, 0, n);
                    }
                }
            } catch (IOException gone) {
                // One end has.
            }
        }

        PodAddress address() {
            return new PodAddress("127.0.0.1", port);
        }

        /** The end of the connection that a request went by last is told. */
        void cut() throws IOException {
            cut = true;
            listener.close();
            asked.close();
        }

        void mend() throws IOException {
            cut = false;
            listener = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
            accept();
        }

        @Override
        public void close() {
            try {
                listener.close();
                for (Socket socket :
                        Stream.concat(outer.stream(), inner.stream()).toList()) {
                    socket.close();
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static final Duration LONG = Duration.ofSeconds(10);

    private static CompletableFuture<AggregatedHttpResponse> infer(WebClient client, Duration patience) {
        return client.prepare()
                .post("/v2/models/m/infer")
                .header("x-request-timeout-micros", patience.toNanos() / 1000)
                .content("{}")
                .execute()
                .aggregate();
    }

    private static List<Integer> statuses(WebClient client, int together) {
        return IntStream.range(0, together).mapToObj(i -> infer(client, LONG)).toList().stream()
                .map(answer -> answer.join().status().code())
                .toList();
    }

    @Test
    void whatOneEventLoopLosesTheOthersNeedNot() throws Exception {
        try (GatewayFixture fixture = new GatewayFixture().routing("m");
                FakePod near = new FakePod("near").taking(Duration.ofMillis(50));
                FakePod far = new FakePod("far").taking(Duration.ofMillis(50));
                Cable cable = new Cable(far)) {
            WebClient client = fixture.client(SessionProtocol.H1C);
            fixture.endpoints.setReady("m", List.of(near.address(), cable.address()));
            eventually(() -> {
                assertThat(statuses(client, 16)).containsOnly(200);
                return cable.outer.size() == 2;
            });

            near.taking(Duration.ofMillis(500)); // or it is free again before all are sent, and gets all of them
            far.taking(LONG);
            int before = far.received();
            var running = IntStream.range(0, 16)
                    .mapToObj(i -> infer(client, Duration.ofSeconds(2)))
                    .toList();
            eventually(() -> far.received() >= before + 4);
            cable.cut();
            near.taking(Duration.ofMillis(50));
            var lost = running.stream()
                    .filter(answer -> answer.join().status().code() == 502)
                    .toList();
            assertThat(lost).as("lost with the connection that was found out").isNotEmpty();

            for (int i = 0; i < 20; i++) {
                assertThat(statuses(client, 4)).as("round %s after that", i).containsOnly(200);
            }

            far.taking(Duration.ofMillis(50));
            int until = far.received();
            cable.mend();
            eventually(() -> {
                infer(client, Duration.ofSeconds(1)).join();
                return far.received() > until;
            });
        }
    }
}

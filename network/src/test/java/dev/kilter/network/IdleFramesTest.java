package dev.kilter.network;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** In virtual time, ten idle frames in ten seconds allowed. */
class IdleFramesTest {

    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PING = Http2Wire.frame(Http2Wire.PING, 0, 0, new byte[8]);
    private static final byte[] SETTINGS = Http2Wire.frame(Http2Wire.SETTINGS, 0, 0, new byte[0]);
    private static final byte[] HEADERS = Http2Wire.frame(Http2Wire.HEADERS, 0, 1, new byte[20]);

    private final List<String> lines = new ArrayList<>();
    private final SparseLog log = new SparseLog(lines::add, () -> 0);
    private long nanos;
    private final EmbeddedChannel connection = new EmbeddedChannel(new IdleFrames(10, log, () -> nanos));

    private void receive(byte[] bytes) {
        connection.writeInbound(Unpooled.wrappedBuffer(bytes));
    }

    private void receive(int times, byte[] frame) {
        for (int i = 0; i < times; i++) {
            receive(frame);
        }
    }

    private boolean isOpen() {
        connection.runPendingTasks();
        return connection.isOpen();
    }

    @Test
    void asManyAsAreAllowedPassAndOneMoreEndsTheConnection() {
        receive(PREFACE);
        receive(10, PING);
        assertThat(isOpen()).isTrue();
        receive(PING);
        assertThat(isOpen()).isFalse();
        assertThat(lines)
                .singleElement()
                .asString()
                .endsWith(
                        "HTTP/2 connection ended, ENHANCE_YOUR_CALM: more frames that carry no request than are taken");
    }

    @Test
    void framesAreCountedHoweverTheyArePacked() {
        byte[] all = Http2Wire.concat(PREFACE, PING, PING, PING, PING, PING, PING, PING, PING, PING, PING);
        for (byte next : all) {
            receive(new byte[] {next});
        }
        assertThat(isOpen()).isTrue();
        receive(Http2Wire.concat(HEADERS, PING, PING, PING, PING, PING, PING, PING, PING, PING, PING, PING));
        assertThat(isOpen()).isFalse();
    }

    @Test
    void whoSendsThemInGoodTimeMayGoOnForEver() {
        receive(PREFACE);
        for (int second = 1; second <= 1000; second++) {
            nanos = Duration.ofSeconds(second).toNanos();
            receive(PING);
        }
        assertThat(isOpen()).isTrue();
    }

    @Test
    void eachRequestEarnsSome() {
        receive(PREFACE);
        for (int request = 0; request < 100; request++) {
            receive(HEADERS);
            receive(9, PING);
        }
        assertThat(isOpen()).isTrue();
    }

    @Test
    void whatIsSentEarnsSome() {
        receive(PREFACE);
        for (int answer = 0; answer < 100; answer++) {
            connection.writeOutbound(Unpooled.buffer().writeZero(1024));
            receive(9, PING);
        }
        assertThat(isOpen()).isTrue();
        connection.releaseOutbound();
    }

    @Test
    void answersToPingsEarnLessThanThePingsCost() {
        receive(PREFACE);
        int pings = 0;
        while (isOpen() && pings < 20) {
            receive(PING);
            pings++;
            if (isOpen()) {
                connection.writeOutbound(Unpooled.buffer().writeZero(PING.length));
                connection.releaseOutbound();
            }
        }
        assertThat(pings).isBetween(11, 15);
    }

    @Test
    void resetsAndDataAreNotIdle() {
        receive(PREFACE);
        receive(100, Http2Wire.frame(Http2Wire.RST_STREAM, 0, 1, Http2Wire.ints(8)));
        receive(100, Http2Wire.frame(Http2Wire.DATA, 0, 1, new byte[1]));
        receive(100, Http2Wire.frame(Http2Wire.DATA, Http2Wire.END_STREAM, 1, new byte[0]));
        assertThat(isOpen()).isTrue();
    }

    /** Before the codec; a hundred idle frames in ten seconds allowed. */
    private final class Decoded implements AutoCloseable {
        private final Http2ConnectionHandler http2 = http2();
        private final EmbeddedChannel connection = new EmbeddedChannel(new IdleFrames(100, log, () -> nanos), http2);

        Decoded() {
            receive(Http2Wire.opening());
        }

        void receive(byte[] bytes) {
            connection.writeInbound(Unpooled.wrappedBuffer(bytes));
            connection.flush();
            connection.runPendingTasks();
        }

        void open(int stream) {
            Map<String, String> headers = Map.of(":method", "POST", ":scheme", "http", ":path", "/");
            receive(Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, stream, Http2Wire.headers(headers)));
        }

        void reset(int stream) {
            ChannelHandlerContext ctx = connection.pipeline().context(http2);
            http2.resetStream(ctx, stream, Http2Error.CANCEL.code(), ctx.newPromise());
            connection.flush();
        }

        @Override
        public void close() {
            connection.releaseOutbound();
        }
    }

    @Test
    void streamsThatItsFaultsHaveResetCostMoreThanTheyEarn() {
        try (Decoded decoded = new Decoded()) {
            int streams = 0;
            while (decoded.connection.isOpen() && streams < 150) {
                int stream = 2 * streams + 1;
                decoded.open(stream);
                decoded.receive(Http2Wire.frame(Http2Wire.WINDOW_UPDATE, 0, stream, Http2Wire.ints(0)));
                streams++;
            }
            assertThat(streams).isBetween(40, 120);
        }
    }

    @Test
    void streamsThatTheServerResetsOfItsOwnCostNothing() {
        try (Decoded decoded = new Decoded()) {
            for (int stream = 1; stream < 400; stream += 2) {
                decoded.open(stream);
                decoded.reset(stream);
            }
            assertThat(decoded.connection.isOpen()).isTrue();
        }
    }

    /** Its client learns of that only later. */
    @Test
    void whatWasOnItsWayWhenTheServerResetAStreamCostsNothing() {
        try (Decoded decoded = new Decoded()) {
            decoded.open(1);
            decoded.reset(1);
            for (int i = 0; i < 150; i++) { // fewer than Netty by itself, other than Armeria's, has ended it after
                decoded.receive(Http2Wire.frame(Http2Wire.DATA, 0, 1, new byte[10]));
            }
            assertThat(decoded.connection.outboundMessages())
                    .as("each was told that it is late")
                    .hasSizeGreaterThan(150);
            assertThat(decoded.connection.isOpen()).isTrue();
        }
    }

    @Test
    void http1Passes() {
        receive(100, "PRIORITY /\0\0\0\0\0\0\0\0\0".getBytes(StandardCharsets.US_ASCII));
        receive(100, new byte[9]);
        assertThat(isOpen()).isTrue();
        assertThat(connection.inboundMessages()).hasSize(200);
    }

    /** Whether the preface comes after the request, or the client does not wait. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void framesAreCountedAfterAnUpgradeFromHttp1(boolean atOnce) {
        byte[] request = "POST / HTTP/1.1\r\nUpgrade: h2c\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        byte[] body = "PRICE".getBytes(StandardCharsets.US_ASCII);
        connection.pipeline().addLast(new ChannelInboundHandlerAdapter() {
            @Override
            public void channelRead(ChannelHandlerContext ctx, Object read) {
                ReferenceCountUtil.release(read);
                if (ctx.pipeline().get(Http2ConnectionHandler.class) == null) {
                    ctx.pipeline().addLast(http2());
                }
            }
        });
        if (atOnce) {
            receive(Http2Wire.concat(request, body, PREFACE, SETTINGS));
        } else {
            receive(request);
            receive(Http2Wire.concat(PREFACE, SETTINGS));
        }
        receive(9, PING);
        assertThat(isOpen()).isTrue();
        receive(PING);
        assertThat(isOpen()).isFalse();
        connection.releaseOutbound();
    }

    private static Http2ConnectionHandler http2() {
        return new Http2ConnectionHandlerBuilder()
                .server(true)
                .frameListener(new Http2FrameAdapter())
                .build();
    }

    @Test
    void nothingPassesAnyMoreOfAConnectionThatIsEnded() {
        receive(PREFACE);
        int passed = connection.inboundMessages().size();
        receive(Http2Wire.concat(PING, PING, PING, PING, PING, PING, PING, PING, PING, PING, PING));
        assertThat(connection.inboundMessages()).hasSize(passed);
    }
}

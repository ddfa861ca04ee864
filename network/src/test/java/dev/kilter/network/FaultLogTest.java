package dev.kilter.network;

import static org.assertj.core.api.Assertions.assertThat;

import com.linecorp.armeria.common.util.Exceptions;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** In virtual time. */
class FaultLogTest {

    /** A frame that only a client's stream may have. */
    private static final byte[] BROKEN = Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 2, new byte[0]);

    private final List<String> lines = new ArrayList<>();
    private long nanos;
    private final SparseLog log = new SparseLog(lines::add, () -> nanos);

    private void connect(byte[] bytes) {
        EmbeddedChannel connection = new EmbeddedChannel(
                new FaultLog(log),
                new Http2ConnectionHandlerBuilder()
                        .server(true)
                        .frameListener(new Http2FrameAdapter())
                        .build());
        connection.writeInbound(Unpooled.wrappedBuffer(Http2Wire.concat(Http2Wire.opening(), bytes)));
        connection.close();
        connection.runPendingTasks();
        connection.releaseOutbound();
    }

    @Test
    void aConnectionThatBreaksTheProtocolCostsALineThatSaysHow() {
        connect(BROKEN);
        assertThat(lines)
                .singleElement()
                .asString()
                .startsWith("embedded: HTTP/2 connection ended, PROTOCOL_ERROR: ")
                .hasSizeLessThan(200);
    }

    @Test
    void oneThatEndsWellCostsNone() {
        connect(new byte[0]);
        assertThat(lines).isEmpty();
    }

    @Test
    void manyCostALineInAWhileWhichCountsTheOthers() {
        for (int i = 0; i < 1000; i++) {
            connect(BROKEN);
        }
        assertThat(lines).hasSize(1);
        nanos = SparseLog.INTERVAL.toNanos();
        connect(BROKEN);
        connect(BROKEN);
        assertThat(lines).hasSize(2);
        assertThat(lines.getLast()).endsWith(" (and 999 more since the last such line)");
        nanos *= 2;
        connect(BROKEN);
        assertThat(lines.getLast()).endsWith(" (and 1 more since the last such line)");
    }

    @Test
    void armeriaExpectsPeersToBreakTheProtocolAndNothingElseToFail() {
        assertThat(Exceptions.isExpected(Http2Exception.connectionError(Http2Error.PROTOCOL_ERROR, "broken")))
                .isTrue();
        assertThat(Exceptions.isExpected(Http2Exception.connectionError(Http2Error.INTERNAL_ERROR, "ours")))
                .isFalse();
        assertThat(Exceptions.isExpected(new IllegalStateException("ours"))).isFalse();
    }
}

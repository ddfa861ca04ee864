package dev.kilter.cli.load.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class Http1ResponseTest {

    private final Http1Response response = new Http1Response();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\n\r\n3;x=y\r\nhel\r\n2\r\nlo\r\n0\r\nchecksum: 1\r\n\r\n",
                "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ncontent-length:0\r\n\r\n",
                "HTTP/1.0 200 OK\nconnection: keep-alive\ncontent-length: 1\n\n."
            })
    void endsWhereTheResponseEndsHoweverItIsCut(String text) {
        String two = text + "HTTP/1.1 503 Busy\r\ncontent-length: 0\r\nconnection: close\r\n\r\n";
        ByteBuf in = Unpooled.buffer();
        int ended = 0;
        for (byte one : two.getBytes(StandardCharsets.ISO_8859_1)) {
            in.writeByte(one);
            if (response.read(in)) {
                ended++;
                assertThat(response.status()).isEqualTo(ended == 1 ? 200 : 503);
                assertThat(response.keepAlive()).isEqualTo(ended == 1);
            }
        }
        assertThat(ended).isEqualTo(2);
        assertThat(in.isReadable()).isFalse();
    }

    @Test
    void aBodyWithoutALengthEndsWithItsConnection() {
        assertThat(response.read(bytes("HTTP/1.1 200 OK\r\n\r\nhello"))).isFalse();
        assertThat(response.endsWithConnection()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"SSH-2.0-OpenSSH_9\r\n", "HTTP/1.1 200 OK\r\ncontent-length: many\r\n\r\n", "HTTP/1.1\r\n"})
    void whatIsNoHttpIsRefused(String text) {
        assertThatThrownBy(() -> response.read(bytes(text))).isInstanceOf(IllegalStateException.class);
    }

    private static ByteBuf bytes(String text) {
        return Unpooled.copiedBuffer(text, StandardCharsets.ISO_8859_1);
    }
}

package dev.kilter.build.training;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ProtobufTest {

    @Test
    void encodesTheExamplesOfTheSpecification() {
        assertThat(hex(Protobuf.of().number(1, 150))).isEqualTo("089601");
        assertThat(hex(Protobuf.of().text(2, "testing"))).isEqualTo("120774657374696e67");
        assertThat(hex(Protobuf.of().message(3, Protobuf.of().number(1, 150)))).isEqualTo("1a03089601");
    }

    @Test
    void encodesBytesOfAnyLength() {
        assertThat(hex(Protobuf.of().bytes(7, ByteBuffer.allocate(200))))
                .startsWith("3ac801")
                .hasSize(2 * 203);
    }

    private static String hex(Protobuf message) {
        return HexFormat.of().formatHex(message.toBytes());
    }
}

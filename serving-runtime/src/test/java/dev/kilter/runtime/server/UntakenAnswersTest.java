package dev.kilter.runtime.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.kilter.network.Http2Wire;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2ConnectionHandlerBuilder;
import io.netty.handler.codec.http2.Http2FrameAdapter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Looks at connections that take what the test says, at times that the test says. */
class UntakenAnswersTest {

    private static final long SECOND = 1_000_000_000;

    private final UntakenAnswers answers = new UntakenAnswers(Duration.ofSeconds(4));

    /** Sends so many bytes as it is told to. */
    private static final class Connection extends EmbeddedChannel {
        private int mayTake;

        Connection() {
            super(new SentPieces());
        }

        void take(int bytes) {
            mayTake = bytes;
            flush();
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer unsent) {
            while (mayTake > 0 && unsent.current() instanceof ByteBuf piece) {
                int bytes = Math.min(mayTake, piece.readableBytes());
                mayTake -= bytes;
                unsent.removeBytes(bytes);
            }
        }
    }

    private void look(EmbeddedChannel connection, long second) {
        answers.look(List.of(new UntakenAnswers.Answer(connection, 0, false)), second * SECOND);
        connection.runPendingTasks();
    }

    @Test
    void whoTakesNothingIsClosedWhenItsPatienceIsOver() {
        Connection connection = new Connection();
        connection.writeAndFlush(Unpooled.buffer().writeZero(100));
        for (long second = 1; second <= 4; second++) {
            look(connection, second);
            assertThat(connection.isOpen()).isTrue();
        }
        look(connection, 5);
        assertThat(connection.isOpen()).isFalse();
    }

    @Test
    void whoTakesSlowlyIsNot() {
        Connection connection = new Connection();
        connection.writeAndFlush(Unpooled.buffer().writeZero(100));
        for (long second = 1; second <= 20; second++) {
            look(connection, second);
            connection.take(1);
        }
        assertThat(connection.isOpen()).isTrue();
    }

    /** As a pool hands them out: the same object for the next answer. */
    @Test
    void whoTakesAnAnswerAfterTheOtherIsNotThoughTheyLieInTheSameBuffer() {
        Connection connection = new Connection();
        ByteBuf buffer = Unpooled.buffer().writeZero(100);
        for (long second = 1; second <= 20; second++) {
            connection.writeAndFlush(buffer.retain().setIndex(0, 100));
            connection.take(10);
            look(connection, second);
            connection.take(90);
        }
        assertThat(connection.isOpen()).isTrue();
    }

    /** An answer of a megabyte that waits for windows. */
    private static final class Waiting implements AutoCloseable {
        private final Http2ConnectionHandler http2 = new Http2ConnectionHandlerBuilder()
                .server(true)
                .frameListener(new Http2FrameAdapter())
                .build();
        private final EmbeddedChannel connection = new EmbeddedChannel(http2);

        Waiting(byte[] opening) {
            connection.writeInbound(Unpooled.wrappedBuffer(opening));
            connection.writeInbound(Unpooled.wrappedBuffer(
                    Http2Wire.frame(Http2Wire.HEADERS, Http2Wire.END_HEADERS, 1, Http2Wire.headers(EchoCalls.grpc()))));
            var context = connection.pipeline().firstContext();
            http2.encoder()
                    .writeHeaders(context, 1, new DefaultHttp2Headers().status("200"), 0, false, context.newPromise());
            http2.encoder().writeData(context, 1, Unpooled.buffer().writeZero(1 << 20), 0, true, context.newPromise());
            connection.flush();
        }

        void open(int stream, int bytes) {
            connection.writeInbound(
                    Unpooled.wrappedBuffer(Http2Wire.frame(Http2Wire.WINDOW_UPDATE, 0, stream, Http2Wire.ints(bytes))));
        }

        void take(int bytes) {
            open(0, bytes);
            open(1, bytes);
        }

        boolean isGivenUp() {
            return http2.connection().stream(1) == null;
        }

        void end() {
            connection.unsafe().close(connection.newPromise());
            connection.runPendingTasks();
            connection.releaseOutbound();
        }

        @Override
        public void close() {
            end();
        }
    }

    @Test
    void whoOpensNoWindowLosesTheStreamWhenItsPatienceIsOver() {
        try (Waiting waiting = new Waiting(Http2Wire.openingWithoutWindow())) {
            for (long second = 1; second <= 4; second++) {
                look(waiting.connection, second);
                assertThat(waiting.isGivenUp()).isFalse();
            }
            look(waiting.connection, 5);
            assertThat(waiting.isGivenUp()).isTrue();
        }
    }

    @Test
    void whoOpensAWindowSteadilyKeepsTheStreamThoughItIsNeverWideEnough() {
        try (Waiting waiting = new Waiting(Http2Wire.openingWithoutWindow())) {
            for (long second = 1; second <= 40; second++) {
                look(waiting.connection, second);
                if (second % 4 == 0) {
                    waiting.take(16 << 10);
                }
            }
            assertThat(waiting.isGivenUp()).isFalse();
        }
    }

    @Test
    void whoOpensAByteAtATimeLosesTheStream() {
        try (Waiting waiting = new Waiting(Http2Wire.openingWithoutWindow())) {
            for (long second = 1; second <= 5; second++) {
                assertThat(waiting.isGivenUp()).isFalse();
                look(waiting.connection, second);
                waiting.open(1, 1);
            }
            assertThat(waiting.isGivenUp()).isTrue();
        }
    }

    @Test
    void aWindowOfTheConnectionDoesNotHelpAStreamThatLacksItsOwn() {
        try (Waiting waiting = new Waiting(Http2Wire.openingWithoutWindow())) {
            for (long second = 1; second <= 5; second++) {
                look(waiting.connection, second);
                waiting.open(0, 1 << 20);
            }
            assertThat(waiting.isGivenUp()).isTrue();
        }
    }

    @Test
    void aStreamThatLacksItsConnectionsWindowIsHelpedByThatOne() {
        try (Waiting waiting = new Waiting(Http2Wire.openingWithoutConnectionWindow())) {
            for (long second = 1; second <= 40; second++) {
                look(waiting.connection, second);
                if (second % 4 == 0) {
                    waiting.open(0, 16 << 10);
                }
            }
            assertThat(waiting.isGivenUp()).isFalse();
            for (long second = 41; second <= 48; second++) {
                look(waiting.connection, second);
                waiting.open(1, 1);
            }
            assertThat(waiting.isGivenUp()).isTrue();
        }
    }

    @Test
    void anAnswerThatIsOnePieceHasTwiceThePatienceHoweverSteadilyItIsTaken() {
        try (Waiting waiting = new Waiting(Http2Wire.openingWithoutWindow())) {
            for (long second = 1; second <= 9; second++) {
                assertThat(waiting.isGivenUp()).isFalse();
                answers.look(List.of(new UntakenAnswers.Answer(waiting.connection, 0, true)), second * SECOND);
                waiting.connection.runPendingTasks();
                waiting.take(16 << 10);
            }
            assertThat(waiting.isGivenUp()).isTrue();
        }
    }

    @Test
    void nothingIsKeptOfAConnectionThatIsGone() {
        try (Waiting waiting = new Waiting(Http2Wire.openingWithoutWindow())) {
            look(waiting.connection, 1);
            assertThat(answers.watched()).isEqualTo(1);

            waiting.end();
            assertThat(waiting.connection.isOpen()).isFalse();
            answers.look(List.of(), 2 * SECOND);
            waiting.connection.runPendingTasks();
            assertThat(answers.watched()).isZero();
        }
    }
}

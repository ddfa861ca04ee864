package dev.kilter.network;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.util.ReferenceCountUtil;
import java.nio.charset.StandardCharsets;
import java.util.function.LongSupplier;

/**
 * Ends an HTTP/2 connection that keeps the server busy with frames that carry nothing of a request: PING, SETTINGS,
 * PRIORITY, WINDOW_UPDATE, frames of unknown types, and empty ones (CVE-2019-9511 to 9518, CVE-2024-27316), or has its
 * streams reset by mistakes (CVE-2025-8671). Clients send some for each request, and measure the path while answers
 * come, so both earn more of them; HTTP/1.1 passes.
 */
final class IdleFrames extends ChannelDuplexHandler {

    private static final String REASON = "more frames that carry no request than are taken";
    private static final byte[] PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int HEADER = 9;
    private static final int TYPE = 3;
    private static final int FLAGS = 4;
    private static final int STREAM = 5;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int RST_STREAM = 3;
    private static final int CONTINUATION = 9;
    private static final int END_STREAM = 1;

    /** Idle frames that a frame of a request earns, and that many bytes sent. */
    private static final int EARNED = 10;

    private static final int SENT_TO_EARN = 1 << 10;

    private final int most;
    private final SparseLog faults;
    private final LongSupplier nanoTime;
    private final byte[] header = new byte[HEADER];
    private int inHeader;
    private int leftOfPayload;
    private int inPreface;
    private long sent;
    private double allowed;
    private long atNanos;
    private boolean ended;

    /** @param most within {@link ConnectionLimits#WINDOW}, beyond those that are earned; as many may be saved up */
    IdleFrames(int most, SparseLog faults, LongSupplier nanoTime) {
        this.most = most;
        this.faults = faults;
        this.nanoTime = nanoTime;
        allowed = most;
        atNanos = nanoTime.getAsLong();
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object read) {
        if (ended) {
            ReferenceCountUtil.release(read);
        } else if (!(read instanceof ByteBuf bytes)) {
            ctx.fireChannelRead(read);
        } else if (inPreface == PREFACE.length) {
            pass(ctx, bytes, bytes.readerIndex());
        } else {
            passFirst(ctx, bytes);
        }
    }

    /** The client's preface comes at once, or with or after a request over HTTP/1.1 that asks for an upgrade. */
    private void passFirst(ChannelHandlerContext ctx, ByteBuf read) {
        boolean upgraded = isHttp2(ctx);
        int frames = afterPreface(read, upgraded);
        if (frames >= 0) {
            pass(ctx, read, frames);
            return;
        }
        ByteBuf same = read.retainedDuplicate();
        ctx.fireChannelRead(read);
        if (!upgraded && isHttp2(ctx)) {
            frames = afterPreface(same, true);
            if (frames >= 0 && !isWithin(same, frames)) {
                ended = true;
                end(ctx);
            }
        }
        same.release();
    }

    private void pass(ChannelHandlerContext ctx, ByteBuf read, int frames) {
        if (isWithin(read, frames)) {
            ctx.fireChannelRead(read);
        } else {
            read.release();
            ended = true;
            end(ctx);
        }
    }

    private static boolean isHttp2(ChannelHandlerContext ctx) {
        return ctx.pipeline().get(Http2ConnectionHandler.class) != null;
    }

    /** Where the frames begin; -1: not here. */
    private int afterPreface(ByteBuf read, boolean anywhere) {
        for (int at = read.readerIndex(); at < read.writerIndex(); at++) {
            byte next = read.getByte(at);
            if (next == PREFACE[inPreface]) {
                inPreface++;
                if (inPreface == PREFACE.length) {
                    return at + 1;
                }
            } else if (anywhere) {
                inPreface = next == PREFACE[0] ? 1 : 0;
            } else {
                inPreface = 0;
                return -1;
            }
        }
        return -1;
    }

    @Override
    public void write(ChannelHandlerContext ctx, Object piece, ChannelPromise promise) {
        if (piece instanceof ByteBuf bytes) {
            sent += bytes.readableBytes();
            if (tellsOfAFault(bytes) && isOpen(ctx, bytes.getInt(bytes.readerIndex() + STREAM))) {
                allowed -= EARNED + 1;
                if (allowed < 0 && !ended) {
                    ended = true;
                    ctx.executor().execute(() -> end(ctx)); // not amid the work on that frame
                }
            }
        }
        ctx.write(piece, promise);
    }

    /** Whether it resets a stream for what the client did wrong. */
    private static boolean tellsOfAFault(ByteBuf frame) {
        int at = frame.readerIndex();
        if (frame.readableBytes() != HEADER + Integer.BYTES
                || frame.getMedium(at) != Integer.BYTES
                || frame.getByte(at + TYPE) != RST_STREAM) {
            return false;
        }
        Http2Error error = Http2Error.valueOf(frame.getUnsignedInt(at + HEADER));
        return error == Http2Error.PROTOCOL_ERROR
                || error == Http2Error.FLOW_CONTROL_ERROR
                || error == Http2Error.STREAM_CLOSED
                || error == Http2Error.FRAME_SIZE_ERROR;
    }

    /** What was on its way when the server closed a stream comes too late through no fault, and is work for nobody. */
    private static boolean isOpen(ChannelHandlerContext ctx, int stream) {
        Http2ConnectionHandler http2 = ctx.pipeline().get(Http2ConnectionHandler.class);
        return http2 != null && http2.connection().stream(stream) != null;
    }

    private boolean isWithin(ByteBuf read, int from) {
        int at = from;
        earn();
        while (at < read.writerIndex() && allowed >= 0) {
            if (leftOfPayload > 0) {
                int payload = Math.min(leftOfPayload, read.writerIndex() - at);
                leftOfPayload -= payload;
                at += payload;
                continue;
            }
            header[inHeader++] = read.getByte(at++);
            if (inHeader == HEADER) {
                inHeader = 0;
                leftOfPayload = ((header[0] & 0xff) << 16) | ((header[1] & 0xff) << 8) | (header[2] & 0xff);
                count(header[TYPE], leftOfPayload, (header[FLAGS] & END_STREAM) != 0);
            }
        }
        return allowed >= 0;
    }

    private void earn() {
        long now = nanoTime.getAsLong();
        double byTime = (double) most * (now - atNanos) / ConnectionLimits.WINDOW.toNanos();
        allowed = Math.min(most, allowed + byTime + EARNED * (double) sent / SENT_TO_EARN);
        atNanos = now;
        sent = 0;
    }

    private void count(int type, int length, boolean endOfStream) {
        boolean ofRequest = switch (type) {
            case DATA -> length > 0 || endOfStream;
            case HEADERS, CONTINUATION -> length > 0;
            default -> false;
        };
        if (ofRequest) {
            allowed = Math.min(most, allowed + EARNED);
        } else if (type != RST_STREAM) { // which has a limit of its own
            allowed--;
        }
    }

    private void end(ChannelHandlerContext ctx) {
        ChannelHandlerContext http2 = ctx.pipeline().context(Http2ConnectionHandler.class);
        if (http2 == null) { // all came at once, so that nobody is there yet who could say why
            faults.warn(() -> FaultLog.line(ctx.channel(), Http2Error.ENHANCE_YOUR_CALM, REASON));
            ctx.close();
            return;
        }
        ((Http2ConnectionHandler) http2.handler())
                .onError(http2, false, Http2Exception.connectionError(Http2Error.ENHANCE_YOUR_CALM, REASON));
    }
}

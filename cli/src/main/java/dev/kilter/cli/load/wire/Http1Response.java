package dev.kilter.cli.load.wire;

import io.netty.buffer.ByteBuf;
import io.netty.util.ByteProcessor;

/**
 * Reads HTTP/1.1 responses (RFC 9112), one after another, keeping of them the status and whether the connection lives
 * on. Bodies are skipped. Makes no garbage.
 */
final class Http1Response {

    private enum State {
        HEAD,
        FIXED_BODY,
        CHUNK_SIZE,
        CHUNK,
        TRAILER,
        BODY_UNTIL_CLOSE
    }

    private static final int LONGEST_HEAD = 64 * 1024;

    private final byte[] line = new byte[LONGEST_HEAD];
    private State state = State.HEAD;
    private boolean inHead;
    private int status;
    private long remaining;
    private boolean chunked;
    private boolean lengthKnown;
    private boolean keepAlive;

    int status() {
        return status;
    }

    /** Whether another request may follow on this connection. */
    boolean keepAlive() {
        return keepAlive;
    }

    /** Whether the end of the connection is the regular end of the response. */
    boolean endsWithConnection() {
        return state == State.BODY_UNTIL_CLOSE;
    }

    /**
     * Takes what is there.
     *
     * @return whether a response ended; what follows it stays in the buffer
     * @throws IllegalStateException if it is no HTTP
     */
    boolean read(ByteBuf in) {
        while (true) {
            switch (state) {
                case HEAD -> {
                    int length = line(in);
                    if (length < 0) {
                        return false;
                    }
                    if (!inHead) {
                        statusLine(length);
                    } else if (length > 0) {
                        header(length);
                    } else if (endOfHead()) {
                        return true;
                    }
                }
                case FIXED_BODY, CHUNK -> {
                    int skipped = (int) Math.min(remaining, in.readableBytes());
                    in.skipBytes(skipped);
                    remaining -= skipped;
                    if (remaining > 0) {
                        return false;
                    }
                    if (state == State.FIXED_BODY) {
                        return end();
                    }
                    state = State.CHUNK_SIZE;
                }
                case CHUNK_SIZE -> {
                    int length = line(in);
                    if (length < 0) {
                        return false;
                    }
                    long size = number(0, length, 16);
                    // The line break after a chunk's bytes belongs to it.
                    remaining = size + 2;
                    state = size == 0 ? State.TRAILER : State.CHUNK;
                }
                case TRAILER -> {
                    int length = line(in);
                    if (length < 0) {
                        return false;
                    }
                    if (length == 0) {
                        return end();
                    }
                }
                case BODY_UNTIL_CLOSE -> {
                    in.skipBytes(in.readableBytes());
                    return false;
                }
            }
        }
    }

    private boolean end() {
        state = State.HEAD;
        inHead = false;
        return true;
    }

    /** Takes a whole line off, without its break, into {@link #line}; its length, or -1 where it is not whole yet. */
    private int line(ByteBuf in) {
        int end = in.forEachByte(ByteProcessor.FIND_LF);
        if (end < 0) {
            if (in.readableBytes() >= LONGEST_HEAD) {
                throw new IllegalStateException("a header line of more than " + LONGEST_HEAD + " bytes");
            }
            return -1;
        }
        int length = end - in.readerIndex();
        if (length > LONGEST_HEAD) {
            throw new IllegalStateException("a header line of more than " + LONGEST_HEAD + " bytes");
        }
        in.readBytes(line, 0, length);
        in.skipBytes(1);
        return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
    }

    private void statusLine(int length) {
        // HTTP/1.1 200 OK
        if (length < 12 || line[0] != 'H' || line[5] != '1' || line[8] != ' ') {
            throw new IllegalStateException("not an answer in HTTP/1.1");
        }
        status = (int) number(9, 12, 10);
        keepAlive = line[7] != '0';
        chunked = false;
        lengthKnown = false;
        remaining = 0;
        inHead = true;
    }

    private void header(int length) {
        if (named("content-length:", length)) {
            remaining = number("content-length:".length(), length, 10);
            lengthKnown = true;
        } else if (named("transfer-encoding:", length)) {
            chunked = contains("chunked", length);
        } else if (named("connection:", length)) {
            keepAlive = contains("close", length) ? false : keepAlive || contains("keep-alive", length);
        }
    }

    /** Whether the response ended with its head. */
    private boolean endOfHead() {
        if (status < 200) {
            inHead = false;
            return false;
        }
        if (status == 204 || status == 304) {
            return end();
        }
        if (chunked) {
            state = State.CHUNK_SIZE;
        } else if (!lengthKnown) {
            keepAlive = false;
            state = State.BODY_UNTIL_CLOSE;
        } else if (remaining == 0) {
            return end();
        } else {
            state = State.FIXED_BODY;
        }
        return false;
    }

    private boolean named(String name, int length) {
        return length >= name.length() && same(name, 0);
    }

    private boolean contains(String word, int length) {
        for (int at = 0; at + word.length() <= length; at++) {
            if (same(word, at)) {
                return true;
            }
        }
        return false;
    }

    /** Whether these lower-case letters, in either case, stand there. */
    private boolean same(String lowerCase, int at) {
        for (int i = 0; i < lowerCase.length(); i++) {
            int c = line[at + i];
            if ((c >= 'A' && c <= 'Z' ? c + 32 : c) != lowerCase.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The number that begins there, after blanks; what follows it is ignored. */
    private long number(int from, int to, int radix) {
        int at = from;
        while (at < to && line[at] == ' ') {
            at++;
        }
        long value = 0;
        int first = at;
        while (at < to && Character.digit(line[at], radix) >= 0) {
            value = value * radix + Character.digit(line[at++], radix);
            if (value > 1L << 48) {
                throw new IllegalStateException("a length beyond all bounds");
            }
        }
        if (at == first) {
            throw new IllegalStateException("no number where one belongs");
        }
        return value;
    }
}

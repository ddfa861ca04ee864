package dev.kilter.runtime.rest;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;

/**
 * Writes JSON into a buffer. Numbers become digits there without a string of their own in between; who writes names the
 * members in order and sets the commas.
 */
final class JsonWriter {

    private static final int FLUSH_AT = 4096;

    private final ByteBuf to;
    private final StringBuilder pending = new StringBuilder(256);

    JsonWriter(ByteBuf to) {
        this.to = to;
    }

    /** Text that is JSON already, of ASCII characters. */
    JsonWriter raw(String json) {
        pending.append(json);
        return flushIfFull();
    }

    JsonWriter raw(char json) {
        pending.append(json);
        return this;
    }

    JsonWriter string(CharSequence value) {
        if (isPlain(value)) {
            pending.append('"').append(value).append('"');
            return flushIfFull();
        }
        pending.append('"');
        flush();
        to.writeBytes(JsonStringEncoder.getInstance().quoteAsUTF8(value.toString()));
        pending.append('"');
        return this;
    }

    JsonWriter number(long value) {
        pending.append(value);
        return flushIfFull();
    }

    JsonWriter number(float value) {
        if (!Float.isFinite(value)) {
            return string(Float.toString(value));
        }
        pending.append(value);
        return flushIfFull();
    }

    JsonWriter number(double value) {
        if (!Double.isFinite(value)) {
            return string(Double.toString(value));
        }
        pending.append(value);
        return flushIfFull();
    }

    /** Moves what is pending into the buffer. */
    void flush() {
        ByteBufUtil.writeAscii(to, pending);
        pending.setLength(0);
    }

    private JsonWriter flushIfFull() {
        if (pending.length() >= FLUSH_AT) {
            flush();
        }
        return this;
    }

    /** Whether each character stands for itself in JSON, in one byte. */
    private static boolean isPlain(CharSequence value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c < ' ' || c > '~' || c == '"' || c == '\\') {
                return false;
            }
        }
        return true;
    }
}

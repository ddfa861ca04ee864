package dev.kilter.runtime.tensor;

import java.util.Optional;

/** Element types of the Open Inference Protocol; the constants' names are its names. */
public enum DataType {
    BOOL(1),
    UINT8(1),
    UINT16(2),
    UINT32(4),
    UINT64(8),
    INT8(1),
    INT16(2),
    INT32(4),
    INT64(8),
    FP16(2),
    BF16(2),
    FP32(4),
    FP64(8),
    /** Each element is a 4-byte little-endian length and that many bytes. */
    BYTES(0);

    private final int size;

    DataType(int size) {
        this.size = size;
    }

    /** Bytes of one element; 0 for {@link #BYTES}. */
    public int size() {
        return size;
    }

    /** The type of that protocol name; empty if there is none. */
    public static Optional<DataType> of(String name) {
        for (DataType type : values()) {
            if (type.name().equals(name)) {
                return Optional.of(type);
            }
        }
        return Optional.empty();
    }
}

package io.assent.coordinator.adapter.postgres;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Reads what {@link ByteWriter} writes. Throws {@link CorruptRowException} at the end of the bytes. */
final class ByteReader {

    private static final int SHIFT_MAX = 63;

    private final byte[] bytes;
    private int at;

    ByteReader(byte[] bytes) {
        this.bytes = bytes;
    }

    long number() {
        long value = 0;
        for (int shift = 0; shift <= SHIFT_MAX; shift += 7) {
            if (at >= bytes.length) {
                throw new CorruptRowException("row ends early, at byte " + at);
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7F) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw new CorruptRowException("row has a number that is too long, before byte " + at);
    }

    /** A number of things that follow, each of which takes at least a byte. */
    int count() {
        long count = number();
        if (count < 0 || count > bytes.length - at) {
            throw new CorruptRowException(
                    "row says " + count + " things follow byte " + at + ", and there is no room for them");
        }
        return (int) count;
    }

    String text() {
        return new String(bytes(count()), StandardCharsets.UTF_8);
    }

    byte[] bytes(int length) {
        if (length > bytes.length - at) {
            throw new CorruptRowException("row ends early, at byte " + bytes.length);
        }
        at += length;
        return Arrays.copyOfRange(bytes, at - length, at);
    }

    void end() {
        if (at != bytes.length) {
            throw new CorruptRowException("row goes on after its end, at byte " + at);
        }
    }
}

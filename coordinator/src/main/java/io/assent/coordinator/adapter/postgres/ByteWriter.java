package io.assent.coordinator.adapter.postgres;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Writes numbers in base 128 (LEB128) and texts behind their length. */
final class ByteWriter {

    private static final int BYTES_EXPECTED = 160;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(BYTES_EXPECTED);

    void number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        number(bytes.length);
        bytes(bytes);
    }

    void bytes(byte[] bytes) {
        out.write(bytes, 0, bytes.length);
    }

    byte[] toBytes() {
        return out.toByteArray();
    }
}

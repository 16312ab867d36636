package io.assent.coordinator.ring;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The ring's hash: FNV-1a with 64 bits (Fowler, Noll, Vo; RFC 9923) over the bytes, then the 64-bit finalizer of MurmurHash3
 * (Appleby, {@code fmix64}), since FNV alone spreads the last bytes badly over the high bits. Not cryptographic: members
 * are trusted, and the keys are random.
 */
public final class Hash64 {

    private static final long FNV_OFFSET_BASIS = 0xcbf29ce484222325L;
    private static final long FNV_PRIME = 0x100000001b3L;

    private Hash64() {}

    public static long of(String text) {
        long hash = FNV_OFFSET_BASIS;
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            hash = (hash ^ (b & 0xff)) * FNV_PRIME;
        }
        return mix(hash);
    }

    /** Of a text, as 16 hexadecimal digits. */
    public static String hex(String text) {
        return HexFormat.of().toHexDigits(of(text));
    }

    static long mix(long value) {
        long h = value;
        h = (h ^ (h >>> 33)) * 0xff51afd7ed558ccdL;
        h = (h ^ (h >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return h ^ (h >>> 33);
    }
}

package io.assent.coordinator.adapter.postgres;

import java.util.Arrays;
import java.util.Base64;

/** Bquals that end in the base64url text of 16 random bytes, as the SDK mints them, take 16 bytes for these 22 characters. */
final class PackedBqual {

    static final int RANDOM_BYTES = 16;
    private static final int RANDOM_CHARACTERS = 22;
    private static final byte[] NONE = {};

    private PackedBqual() {}

    /** The random bytes at the end, or none if the text does not end so that it comes back the same. */
    static byte[] randomPart(String bqual) {
        if (bqual.length() < RANDOM_CHARACTERS) {
            return NONE;
        }
        String end = bqual.substring(bqual.length() - RANDOM_CHARACTERS);
        try {
            byte[] random = Base64.getUrlDecoder().decode(end);
            return random.length == RANDOM_BYTES && text(random).equals(end) ? random : NONE;
        } catch (IllegalArgumentException e) {
            return NONE;
        }
    }

    static String prefix(String bqual) {
        return bqual.substring(0, bqual.length() - RANDOM_CHARACTERS);
    }

    static String text(byte[] random) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(random, RANDOM_BYTES));
    }
}

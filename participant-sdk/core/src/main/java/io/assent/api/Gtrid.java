package io.assent.api;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.util.UUID;

/**
 * Identifies one global transaction: a UUIDv7 (RFC 9562, section 5.7), so that the id carries the millisecond in which
 * it was minted. Ordered as PostgreSQL orders {@code uuid}: by unsigned bytes, hence by mint time first.
 *
 * <p>Immutable and thread-safe.
 */
public record Gtrid(UUID value) implements Comparable<Gtrid> {

    private static final String CANONICAL = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final long MINTED_AT_MILLIS_MAX = (1L << 48) - 1;

    public Gtrid {
        if (value.version() != 7 || value.variant() != 2) {
            throw new MalformedException("gtrid", value.toString(), "must be a UUID of version 7 (RFC 9562)");
        }
    }

    /** Mints an id that nobody has used: 48 bits of wall clock, 74 bits of secure randomness. */
    public static Gtrid mint() {
        return mint(System.currentTimeMillis());
    }

    /** As {@link #mint()}, by another clock. */
    public static Gtrid mint(long wallMillis) {
        // Drawn at once: each call takes as long as all else in here.
        byte[] random = new byte[2 * Long.BYTES];
        RANDOM.nextBytes(random);
        ByteBuffer numbers = ByteBuffer.wrap(random);
        return mint(wallMillis, numbers.getLong(), numbers.getLong());
    }

    /**
     * Builds the id from its parts; for tests, simulation and floors.
     *
     * @param mintedAtMillis milliseconds since the Unix epoch, 0 to 2^48 - 1
     * @param randomA the low 12 bits are used
     * @param randomB the low 62 bits are used
     */
    public static Gtrid mint(long mintedAtMillis, long randomA, long randomB) {
        if (mintedAtMillis < 0 || mintedAtMillis > MINTED_AT_MILLIS_MAX) {
            throw new IllegalArgumentException("mintedAtMillis out of range: " + mintedAtMillis);
        }
        long high = (mintedAtMillis << 16) | 0x7000L | (randomA & 0x0FFFL);
        long low = 0x8000_0000_0000_0000L | (randomB & 0x3FFF_FFFF_FFFF_FFFFL);
        return new Gtrid(new UUID(high, low));
    }

    /** The smallest id of a millisecond: every id minted in or after it is equal or greater. */
    public static Gtrid floorOf(long mintedAtMillis) {
        return mint(mintedAtMillis, 0, 0);
    }

    /**
     * Reads the canonical form (36 characters; letters of either case).
     *
     * @throws MalformedException if the text is not a UUID of version 7
     */
    public static Gtrid parse(String text) {
        if (!isCanonical(text)) {
            throw new MalformedException("gtrid", text, "must be a UUID of version 7, such as " + floorOf(0));
        }
        return new Gtrid(UUID.fromString(text));
    }

    // By hand, because a pattern takes several percent of a client's time.
    private static boolean isCanonical(String text) {
        if (text.length() != CANONICAL.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean hex = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
            if (CANONICAL.charAt(i) == '-' ? c != '-' : !hex) {
                return false;
            }
        }
        return true;
    }

    /** Wall-clock milliseconds since the Unix epoch on the machine that minted the id. */
    public long mintedAtMillis() {
        return value.getMostSignificantBits() >>> 16;
    }

    @Override
    public int compareTo(Gtrid other) {
        int high = Long.compareUnsigned(value.getMostSignificantBits(), other.value.getMostSignificantBits());
        return high != 0
                ? high
                : Long.compareUnsigned(value.getLeastSignificantBits(), other.value.getLeastSignificantBits());
    }

    @Override
    public String toString() {
        return value.toString();
    }
}

package io.assent.api;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Identifies one branch within its participant. A participant mints a fresh one for each execution of a work request
 * and never uses it again (rule R10), so that a repeated request can never be taken for the branch it repeats.
 *
 * <p>1 to 64 characters of {@code A-Z a-z 0-9 _ -}. Immutable and thread-safe.
 */
public record Bqual(String value) implements Comparable<Bqual> {

    private static final int LENGTH_MAX = 64;
    private static final SecureRandom RANDOM = new SecureRandom();
    private static final int RANDOM_BYTES = 16;

    public Bqual {
        if (!isForm(value)) {
            throw new MalformedException("bqual", value, "must be 1 to 64 characters of A-Z a-z 0-9 _ -");
        }
    }

    /** Mints a bqual from 128 bits of secure randomness, 22 characters long. */
    public static Bqual mint() {
        byte[] random = new byte[RANDOM_BYTES];
        RANDOM.nextBytes(random);
        return new Bqual(Base64.getUrlEncoder().withoutPadding().encodeToString(random));
    }

    // By hand, because a pattern takes several percent of a coordinator's time.
    private static boolean isForm(String value) {
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
            if (!letter && !(c >= '0' && c <= '9') && c != '_' && c != '-') {
                return false;
            }
        }
        return !value.isEmpty() && value.length() <= LENGTH_MAX;
    }

    @Override
    public int compareTo(Bqual other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}

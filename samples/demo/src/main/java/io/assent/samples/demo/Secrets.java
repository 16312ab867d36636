package io.assent.samples.demo;

import java.security.SecureRandom;
import java.util.HexFormat;

/** Passwords that nobody chose. */
public final class Secrets {

    private static final int BYTES = 16;
    private static final SecureRandom RANDOM = new SecureRandom();

    private Secrets() {}

    public static String password() {
        byte[] bytes = new byte[BYTES];
        RANDOM.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }
}

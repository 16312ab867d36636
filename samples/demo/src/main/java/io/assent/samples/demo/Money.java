package io.assent.samples.demo;

import java.util.Locale;

/** Amounts as people read them. */
final class Money {

    private static final double CENTS = 100.0;

    private Money() {}

    static String text(long cents) {
        return String.format(Locale.ROOT, "%,.2f", cents / CENTS);
    }

    static String signed(long cents) {
        return cents > 0 ? "+" + text(cents) : text(cents);
    }
}

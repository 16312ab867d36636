package io.assent.coordinator.adapter.participant;

import io.assent.api.Vote;

/** Text that came from a participant and goes on to logs, the decision log and people. */
final class Texts {

    private static final char REPLACEMENT = '?';

    private Texts() {}

    /** Neither control characters nor halves of surrogate pairs, which a database column can't hold. */
    static boolean isPlain(String text) {
        return text.codePoints().noneMatch(Texts::isOdd);
    }

    /** At most 200 characters of it, odd ones replaced. */
    static String shown(String text) {
        String cut = text.length() <= Vote.TEXT_LENGTH_MAX ? text : text.substring(0, Vote.TEXT_LENGTH_MAX);
        StringBuilder shown = new StringBuilder(cut.length());
        cut.codePoints().forEach(c -> shown.appendCodePoint(isOdd(c) ? REPLACEMENT : c));
        return shown.toString();
    }

    private static boolean isOdd(int codePoint) {
        return Character.isISOControl(codePoint) || Character.getType(codePoint) == Character.SURROGATE;
    }
}

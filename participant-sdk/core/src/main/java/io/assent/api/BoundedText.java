package io.assent.api;

/**
 * Text from outside that goes on to other parties, into logs and into a database: of bounded length, without control
 * characters (PostgreSQL holds no NUL, and a line break forges log lines) and without half characters, which no UTF-8
 * can carry.
 */
final class BoundedText {

    private BoundedText() {}

    /** The text, cut to the length between two characters; what may not be in it is replaced. */
    static String cleaned(String text, int lengthMax) {
        if (text.length() <= lengthMax && isClean(text)) {
            return text;
        }
        StringBuilder cleaned = new StringBuilder(Math.min(text.length(), lengthMax));
        for (int i = 0; i < text.length(); ) {
            int character = text.codePointAt(i);
            int length = Character.charCount(character);
            if (cleaned.length() + length > lengthMax) {
                break;
            }
            if (isAllowed(character)) {
                cleaned.appendCodePoint(character);
            } else {
                cleaned.append(Character.isWhitespace(character) ? ' ' : '?');
            }
            i += length;
        }
        return cleaned.toString();
    }

    static boolean isClean(String text) {
        return text.codePoints().allMatch(BoundedText::isAllowed);
    }

    private static boolean isAllowed(int character) {
        boolean half = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
        return !half && !Character.isISOControl(character);
    }
}

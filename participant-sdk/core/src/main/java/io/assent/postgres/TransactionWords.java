package io.assent.postgres;

/**
 * Tells SQL that might end a transaction, or set a savepoint, from SQL that certainly does not: it looks for the words
 * that such statements begin with, anywhere. A word in a comment, in a text, or in CASE … END counts too; that costs
 * a round trip and nothing else. Inside a transaction block PostgreSQL lets no procedure, function or DO end it.
 */
final class TransactionWords {

    private static final String[] WORDS = {"COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE", "SAVEPOINT"};

    private TransactionWords() {}

    static boolean in(String sql) {
        int length = sql.length();
        int at = 0;
        while (at < length) {
            int from = at;
            while (at < length && isPartOfWord(sql.charAt(at))) {
                at++;
            }
            if (at > from && isOne(sql, from, at - from)) {
                return true;
            }
            at++;
        }
        return false;
    }

    private static boolean isOne(String sql, int from, int length) {
        for (String word : WORDS) {
            if (word.length() == length && sql.regionMatches(true, from, word, 0, length)) {
                return true;
            }
        }
        return false;
    }

    /** The ASCII part of what PostgreSQL takes for an identifier; a letter beyond it ends a word here, to be safe. */
    private static boolean isPartOfWord(char character) {
        char lower = (char) (character | ('a' - 'A'));
        boolean letter = lower >= 'a' && lower <= 'z';
        boolean digit = character >= '0' && character <= '9';
        return letter || digit || character == '_' || character == '$';
    }
}

package io.assent.postgres;

/**
 * Tells SQL that might end a transaction or set a savepoint, or that might change settings of its session, from other SQL: it
 * looks for the words that such statements have, anywhere. A word in a comment, in a text, or in CASE … END counts
 * too; that costs a round trip, or a longer query at the end, and nothing else. Inside a transaction block PostgreSQL lets no
 * procedure, function or DO end it; what these set is not seen here.
 */
final class SqlWords {

    private static final String[] OF_TRANSACTIONS = {"COMMIT", "END", "ROLLBACK", "ABORT", "PREPARE", "SAVEPOINT"};

    /** With the names of what {@link EndOfWork} looks at; SET alone is in every UPDATE. What hides them is found later. */
    private static final String[] OF_SETTINGS = {
        "RESET", "DISCARD", "SET_CONFIG", "LOCK_TIMEOUT", "IDLE_IN_TRANSACTION_SESSION_TIMEOUT", "SYNCHRONOUS_COMMIT"
    };

    private SqlWords() {}

    static boolean mightEndTransaction(String sql) {
        return hasOneOf(OF_TRANSACTIONS, sql);
    }

    static boolean mightChangeSettings(String sql) {
        return hasOneOf(OF_SETTINGS, sql);
    }

    private static boolean hasOneOf(String[] words, String sql) {
        int length = sql.length();
        int at = 0;
        while (at < length) {
            int from = at;
            while (at < length && isPartOfWord(sql.charAt(at))) {
                at++;
            }
            if (at > from && isOne(words, sql, from, at - from)) {
                return true;
            }
            at++;
        }
        return false;
    }

    private static boolean isOne(String[] words, String sql, int from, int length) {
        for (String word : words) {
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

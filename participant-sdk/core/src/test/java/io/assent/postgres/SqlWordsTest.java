package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlWordsTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "RESET ALL",
                "DISCARD ALL",
                "SELECT set_config(?, ?, false)",
                "SET lock_timeout = 0",
                "SET \"lock_timeout\" = 0",
                "SET LOCAL idle_in_transaction_session_timeout = 0",
                "set local synchronous_commit=off"
            })
    void mightChangeSettings(String sql) {
        assertThat(SqlWords.mightChangeSettings(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE account SET balance = balance + ? WHERE id = ?",
                "SELECT preset, lock_timeouts FROM discarded",
                "INSERT INTO account VALUES (?, ?)"
            })
    void mightNotChangeSettings(String sql) {
        assertThat(SqlWords.mightChangeSettings(sql)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"COMMIT", "end", "Rollback to a", "ABORT", "SELECT 1; prepare transaction 'x'", "SAVEPOINT a"})
    void mightEndTransaction(String sql) {
        assertThat(SqlWords.mightEndTransaction(sql)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"UPDATE account SET committed = 1", "SELECT ending, prepared FROM rollbacks"})
    void mightNotEndTransaction(String sql) {
        assertThat(SqlWords.mightEndTransaction(sql)).isFalse();
    }
}

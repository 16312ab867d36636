package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.postgres.EndOfWork.Look;
import io.assent.postgres.EndOfWork.Query;
import io.assent.postgres.EndOfWork.Seen;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What is looked at when the work of a branch ends, on a session of a real server. */
class EndOfWorkTest {

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 1000);
    private TestDatabase database;
    private Connection session;
    private EndOfWork end;

    @BeforeEach
    void open() throws SQLException {
        database = TestDatabase.create();
        session = database.connect();
        end = EndOfWork.of(Bank.SETTINGS, clock::get);
    }

    @AfterEach
    void close() throws SQLException {
        session.close();
        database.close();
    }

    @Test
    void aSessionThatWasSeenToBeWellIsTrustedForASecond() throws SQLException {
        assertThat(branch(Look.EVIDENCE, Seen.WELL)).isEqualTo(Look.WHOLE);
        assertThat(branch(Look.EVIDENCE, Seen.NOT_LOOKED_AT)).isEqualTo(Look.EVIDENCE);
        clock.addAndGet(EndOfWork.TRUSTED_FOR_NANOS - 1);
        assertThat(branch(Look.EVIDENCE, Seen.NOT_LOOKED_AT)).isEqualTo(Look.EVIDENCE);

        clock.incrementAndGet();
        assertThat(branch(Look.EVIDENCE, Seen.WELL)).isEqualTo(Look.WHOLE);
        assertThat(branch(Look.EVIDENCE, Seen.NOT_LOOKED_AT)).isEqualTo(Look.EVIDENCE);
    }

    /** As HikariCP's is when its connection is broken. */
    @Test
    void ofAHandleThatIsClosedNothingIsAsked() {
        Connection closed = (Connection) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {Connection.class}, (_, method, _) -> {
                    if (method.getName().equals("isWrapperFor")) {
                        return false;
                    }
                    throw new SQLException("Connection is closed");
                });
        SQLException why = new SQLException("terminating connection", "57P01");

        end.failed(closed, why);

        assertThat(why.getSuppressed()).hasSize(1);
    }

    @Test
    void aSessionWithStandbysIsLookedAtEachTime() throws SQLException {
        for (int i = 0; i < 4; i++) {
            assertThat(branch(Look.EVIDENCE, Seen.WITH_STANDBYS)).isEqualTo(Look.WHOLE);
        }
    }

    @Test
    void aSessionThatWasOnceWithoutItsLimitsIsLookedAtForEver() throws SQLException {
        assertThat(branch(Look.EVIDENCE, Seen.WITHOUT_LIMITS)).isEqualTo(Look.WHOLE);
        assertThat(branch(Look.EVIDENCE, Seen.WELL)).isEqualTo(Look.WHOLE);
        end.failed(session, new SQLException("the work's own", "23505"));
        assertThat(branch(Look.EVIDENCE, Seen.WELL)).isEqualTo(Look.WHOLE);
        assertThat(branch(Look.EVIDENCE, Seen.WELL)).isEqualTo(Look.WHOLE);
    }

    @ParameterizedTest
    @CsvSource({
        "shown, true, WELL",
        "shown, false, WITH_STANDBYS",
        "other, true, WITHOUT_LIMITS",
        "other, false, WITHOUT_LIMITS"
    })
    void theWholeTellsWhatASessionIs(String shown, boolean noStandbys, Seen seen) throws SQLException {
        Query query = end.query(session, Look.WHOLE);
        try (Statement statement = session.createStatement();
                ResultSet row = statement.executeQuery("SELECT '1', '" + shown + "', NULL, " + noStandbys)) {
            row.next();
            assertThat(Seen.in(query, row, "shown"::equals)).isEqualTo(seen);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"26000", "42P05"})
    void noStatementIsPreparedAnyMoreWhereSessionsLoseOrShareThem(String sqlState) throws SQLException {
        for (int i = 0; i < 3; i++) {
            branch(Look.EVIDENCE, Seen.WELL);
        }
        assertThat(end.query(session, Look.EVIDENCE).sql()).contains("EXECUTE");
        end.failed(session, new SQLException("prepared statement", sqlState));
        for (int i = 0; i < 3; i++) {
            assertThat(end.query(session, Look.EVIDENCE).sql()).doesNotContain("EXECUTE");
        }
    }

    @Test
    void workThatMayHaveChangedSettingsIsLookedAtWhateverIsTrusted() throws SQLException {
        assertThat(branch(Look.EVIDENCE, Seen.WELL)).isEqualTo(Look.WHOLE);
        assertThat(branch(Look.WHOLE, Seen.NOT_LOOKED_AT)).isEqualTo(Look.WHOLE);
        assertThat(branch(Look.EVIDENCE, Seen.WELL)).isEqualTo(Look.WHOLE);
    }

    @Test
    void aFailureEndsTheTrust() throws SQLException {
        assertThat(branch(Look.EVIDENCE, Seen.WELL)).isEqualTo(Look.WHOLE);
        end.failed(session, new SQLException("the work's own", "23505"));
        assertThat(branch(Look.EVIDENCE, Seen.WELL)).isEqualTo(Look.WHOLE);
    }

    @Test
    void theWholeSaysThatNoStandbyIsWaitedForHere() throws SQLException {
        Query query = end.query(session, Look.EVIDENCE);
        try (ResultSet row = rowOf(query)) {
            assertThat(row.getBoolean(4)).isTrue();
        }
    }

    /** @return what was looked at; the SQL has really been carried out and brought an evidence */
    private Look branch(Look least, Seen seen) throws SQLException {
        Query query = end.query(session, least);
        try (ResultSet row = rowOf(query)) {
            assertThat(row.getLong(1)).isPositive();
            assertThat(row.getMetaData().getColumnCount()).isEqualTo(query.look() == Look.WHOLE ? 4 : 1);
        }
        end.worked(session, query, seen);
        return query.look();
    }

    private ResultSet rowOf(Query query) throws SQLException {
        Statement statement = session.createStatement();
        statement.closeOnCompletion();
        if (!statement.execute(query.sql() + "SELECT 1")) {
            assertThat(statement.getMoreResults()).isTrue();
        }
        ResultSet row = statement.getResultSet();
        assertThat(row.next()).isTrue();
        return row;
    }
}

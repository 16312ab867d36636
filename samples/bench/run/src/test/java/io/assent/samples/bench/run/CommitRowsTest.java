package io.assent.samples.bench.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.samples.bench.load.LoadResult;
import io.assent.samples.demo.Secrets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class CommitRowsTest {

    private static final String DATABASE = "bench_test";

    @TempDir
    Path directory;

    @Test
    void countsOnlyDecisionsToCommitThatCameSince() throws SQLException {
        try (Server log =
                Server.start("log", directory.resolve("log"), directory.resolve("log.txt"), Secrets.password())) {
            log.create(DATABASE);
            execute(log, "CREATE TABLE decision (id uuid PRIMARY KEY, outcome smallint NOT NULL)");
            execute(log, "INSERT INTO decision SELECT uuidv7(interval '-1 hour'), 1 FROM generate_series(1, 50)");
            execute(log, "INSERT INTO decision SELECT uuidv7(), 1 FROM generate_series(1, 20)");

            CommitRows rows = CommitRows.from(List.of(log), DATABASE, "id");
            assertThat(rows.added()).isZero();

            execute(log, "INSERT INTO decision SELECT uuidv7(), 1 FROM generate_series(1, 3)");
            execute(log, "INSERT INTO decision SELECT uuidv7(), 0 FROM generate_series(1, 2)");
            execute(log, "INSERT INTO decision VALUES (uuidv7(interval '-1 second'), 1)");
            assertThat(rows.added()).isEqualTo(4);
        }
    }

    @Test
    void asManyRowsMayBeMoreAsOutcomesWereNotTold() {
        assertThat(CommitRows.fault(told(100, 0), 100)).isEmpty();
        assertThat(CommitRows.fault(told(100, 2), 100)).isEmpty();
        assertThat(CommitRows.fault(told(100, 2), 102)).isEmpty();
    }

    @Test
    void aCommitThatIsNoRowAndARowThatWasNoCommitAreFaults() {
        assertThat(CommitRows.fault(told(100, 2), 99))
                .hasValue("clients were told of 100 commits, and of no outcome 2 times,"
                        + " but 99 decisions to commit were added to the log");
        assertThat(CommitRows.fault(told(100, 2), 103)).isPresent();
        assertThat(CommitRows.fault(told(100, 0), 101)).isPresent();
    }

    private static void execute(Server log, String sql) throws SQLException {
        try (Connection connection = log.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static LoadResult told(long commits, long nothing) {
        return new LoadResult(1, 1, 0, 0, commits + nothing, commits, nothing, 1, 1, 1, 1, "");
    }
}

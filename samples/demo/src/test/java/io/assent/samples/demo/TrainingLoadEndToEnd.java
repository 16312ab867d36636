package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short training on a coordinator as it is built. In the phase integration-test. */
@Timeout(120)
class TrainingLoadEndToEnd {

    private static final String HOME = "assent.home";

    @TempDir
    Path directory;

    @BeforeEach
    void findTheInstallation() {
        System.setProperty(HOME, Path.of("../..").toAbsolutePath().normalize().toString());
    }

    @AfterEach
    void forgetIt() {
        System.clearProperty(HOME);
    }

    @Test
    void mostCommitAndCommitsRideTogether() throws Exception {
        try (Postgres database = Postgres.start(
                        directory.resolve("postgres"), directory.resolve("postgres.log"), Secrets.password());
                ServiceProcess coordinator =
                        new ServiceProcess(Dev.command(database, Ports.free()), directory.resolve("coordinator.log"))) {
            coordinator.start();
            coordinator.awaitReady();

            int transactions = TrainingLoad.on(coordinator.url(), Duration.ofMillis(200), Duration.ofSeconds(1));

            long committed = number(database, "SELECT count(*) FROM decision WHERE outcome = 1");
            assertThat(committed).isBetween(transactions * 9L / 10, (long) transactions);
            assertThat(number(database, "SELECT count(DISTINCT batch) FROM decision WHERE outcome = 1"))
                    .isLessThan(committed);
        }
    }

    private static long number(Postgres database, String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(database.url(), Postgres.USER, database.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        }
    }
}

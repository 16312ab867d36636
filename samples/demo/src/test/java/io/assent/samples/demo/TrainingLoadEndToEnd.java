package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A short training on a coordinator as it is built. In the phase integration-test. */
@Timeout(120)
class TrainingLoadEndToEnd {

    private static final String HOME = "assent.home";
    private static final String LEFT = "SELECT coalesce(sum(cardinality(gtrids)), 0) FROM unfinished";

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
                        new ServiceProcess(Dev.command(database, Ports.free()), directory.resolve("coordinator.log"));
                TrainingLoad load = TrainingLoad.on(coordinator.url(), List.of(Ports.free(), Ports.free()))) {
            coordinator.start();
            coordinator.awaitReady();

            int transactions = load.run(Duration.ofMillis(200), Duration.ofSeconds(1));

            long committed = number(database, "SELECT count(*) FROM decision WHERE outcome = 1");
            assertThat(committed).isBetween(transactions * 9L / 10, (long) transactions);
            assertThat(number(database, "SELECT count(DISTINCT batch) FROM decision WHERE outcome = 1"))
                    .isLessThan(committed);
        }
    }

    @Test
    void whatIsLeftTheNextStartFinishes() throws Exception {
        List<Integer> ports = List.of(Ports.free(), Ports.free());
        try (Postgres database =
                Postgres.start(directory.resolve("postgres"), directory.resolve("postgres.log"), Secrets.password())) {
            ServiceCommand command = Dev.command(database, Ports.free());
            try (ServiceProcess first = new ServiceProcess(command, directory.resolve("first.log"))) {
                first.start();
                first.awaitReady();
                TrainingLoad.leave(first.url(), ports);
            }
            assertThat(number(database, LEFT)).isEqualTo(100);

            try (TrainingLoad load = TrainingLoad.on(command.url(), ports);
                    ServiceProcess next = new ServiceProcess(command, directory.resolve("next.log"))) {
                next.start();
                next.awaitReady();
                assertThat(load.run(Duration.ofMillis(200), Duration.ofMillis(200)))
                        .isPositive();

                assertThat(Pause.until(() -> number(database, LEFT) == 0, Duration.ofSeconds(20)))
                        .as("all is finished")
                        .isTrue();
            }
        }
    }

    private static long number(Postgres database, String sql) {
        try (Connection connection = DriverManager.getConnection(database.url(), Postgres.USER, database.password());
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException e) {
            throw new AssertionError("the log can't be asked: " + sql, e);
        }
    }
}

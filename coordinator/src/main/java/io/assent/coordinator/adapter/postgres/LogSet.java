package io.assent.coordinator.adapter.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives every log database its place among those that were set up together, once and for ever, and refuses databases that stand
 * where they do not belong: a transaction's decision is looked for in one log only, and its absence from the wrong one would be
 * taken for an abort.
 *
 * <p>First each database gets its row, then each row is sealed, and only then anything is decided. So a database without a row
 * beside a sealed one was never of that set, or has lost its data. The first row wins in each database: replicas that set up the
 * same databases at the same time agree, or all refuse.
 */
final class LogSet {

    private static final Logger LOG = LoggerFactory.getLogger(LogSet.class);

    private static final String FIND = """
            SELECT p.log_set, p.place, p.places, p.sealed_at IS NOT NULL AS sealed,
                EXISTS (SELECT 1 FROM decision) OR EXISTS (SELECT 1 FROM unfinished) OR EXISTS (SELECT 1 FROM intent)
                OR EXISTS (SELECT 1 FROM heuristic) OR f.gtrid <> '00000000-0000-0000-0000-000000000000' AS used
            FROM floor f LEFT JOIN log_place p ON p.id = 1 WHERE f.id = 1
            """;

    private static final String CLAIM =
            "INSERT INTO log_place (id, log_set, place, places) VALUES (1, ?, ?, ?) ON CONFLICT (id) DO NOTHING";

    private static final String SEAL = "UPDATE log_place SET sealed_at = now() WHERE id = 1 AND sealed_at IS NULL";

    private final List<LogSettings> logs;
    private final List<Connection> connections;

    private LogSet(List<LogSettings> logs, List<Connection> connections) {
        this.logs = logs;
        this.connections = connections;
    }

    /**
     * @param logs in their order; each has the schema
     * @param connections to each of them, which stay open
     * @return the place of each
     * @throws LogUnusableException naming what was found, what was expected, and the way out
     */
    static List<LogPlace> join(List<LogSettings> logs, List<Connection> connections) {
        return new LogSet(logs, connections).join();
    }

    /**
     * What a database says of itself.
     *
     * @param place empty before it has one
     * @param sealed whether all of its set had theirs
     * @param used whether anything was ever decided in it
     */
    private record Found(Optional<LogPlace> place, boolean sealed, boolean used) {}

    private List<LogPlace> join() {
        for (int i = 0; i < logs.size(); i++) {
            trust(i);
        }
        List<Found> found = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            found.add(find(i));
        }
        UUID set = found.stream()
                .flatMap(f -> f.place().stream())
                .map(LogPlace::set)
                .findFirst()
                .orElseGet(UUID::randomUUID);
        boolean complete = found.stream().anyMatch(Found::sealed);
        for (int i = 0; i < logs.size(); i++) {
            check(i, found.get(i), set, complete);
        }
        if (found.stream().allMatch(Found::sealed)) {
            return places(set);
        }
        for (int i = 0; i < logs.size(); i++) {
            // Of replicas that set up at the same time the first one wins, in the first log.
            set = claim(i, set);
        }
        for (int i = 0; i < logs.size(); i++) {
            seal(i);
        }
        LOG.info("set of logs set up set={} logs={}", set, logs.size());
        return places(set);
    }

    private List<LogPlace> places(UUID set) {
        List<LogPlace> places = new ArrayList<>();
        for (int i = 0; i < logs.size(); i++) {
            places.add(expected(i, set));
        }
        return places;
    }

    private LogPlace expected(int index, UUID set) {
        return new LogPlace(set, index + 1, logs.size());
    }

    private void check(int index, Found found, UUID set, boolean complete) {
        if (found.place().isPresent()) {
            checkPlace(index, found.place().get(), set);
        } else if (complete) {
            throw refused(
                    index,
                    "is empty, and " + expected(index, set) + " was expected, which has been set up before",
                    "correct its URL, or restore the database; an empty one in its place would forget its decisions");
        } else if (found.used() && logs.size() > 1) {
            throw refused(
                    index,
                    "has decisions of a single log, and an empty database was expected",
                    "give its URL alone; to split, let it run out and set up new databases (docs/OPERATIONS.md, several"
                            + " logs)");
        }
    }

    private void checkPlace(int index, LogPlace found, UUID set) {
        LogPlace expected = expected(index, set);
        if (found.equals(expected)) {
            return;
        }
        String what = "is " + found + ", and " + expected + " was expected";
        if (found.count() != expected.count()) {
            throw refused(
                    index,
                    what,
                    "give all " + found.count() + " URLs of its set and no other; the number of logs can't be changed,"
                            + " only a new set be made (docs/OPERATIONS.md, several logs)");
        }
        if (!found.set().equals(set)) {
            throw refused(index, what, "correct the URL: these databases were not set up together");
        }
        boolean twice = IntStream.range(0, index)
                .anyMatch(before -> find(before).place().equals(Optional.of(found)));
        throw refused(
                index,
                what,
                twice
                        ? "the same database was given as log " + found.number() + " already: give each log its own"
                        : "give the URLs in the order in which they were set up");
    }

    /** @return the set that the first log belongs to by now */
    private UUID claim(int index, UUID set) {
        LogPlace wanted = expected(index, set);
        Connection connection = connections.get(index);
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setObject(1, wanted.set());
            statement.setInt(2, wanted.number());
            statement.setInt(3, wanted.count());
            statement.executeUpdate();
            LogDataSource.confirm(connection);
        } catch (SQLException e) {
            throw unusable(logs.get(index), e);
        }
        LogPlace found = find(index).place().orElseThrow(() -> refused(index, "did not keep its place", "start again"));
        UUID agreed = index == 0 ? found.set() : set;
        checkPlace(index, found, agreed);
        return agreed;
    }

    private Found find(int index) {
        try (Statement statement = connections.get(index).createStatement();
                ResultSet row = statement.executeQuery(FIND)) {
            if (!row.next()) {
                throw new SQLException("table floor has no row");
            }
            UUID set = row.getObject("log_set", UUID.class);
            Optional<LogPlace> place = set == null
                    ? Optional.empty()
                    : Optional.of(new LogPlace(set, row.getInt("place"), row.getInt("places")));
            return new Found(place, row.getBoolean("sealed"), row.getBoolean("used"));
        } catch (SQLException e) {
            throw unusable(logs.get(index), e);
        }
    }

    /** Writes to it, too: a server whose standby does not answer looks well until then. */
    private void trust(int index) {
        LogSettings log = logs.get(index);
        try {
            var _ = new LogDataSource(log).trust(connections.get(index));
        } catch (SQLException e) {
            throw new LogUnusableException(
                    "a first write to " + name(log) + " was not confirmed: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse("")
                            + "; if the server has synchronous_standby_names set, is a standby connected?"
                            + (logs.size() == 1 ? "" : " A start needs all logs"),
                    e);
        }
    }

    private String name(LogSettings log) {
        return logs.size() == 1
                ? "the decision log"
                : "log " + (logs.indexOf(log) + 1) + " of " + logs.size() + " ('" + log.where() + "')";
    }

    private void seal(int index) {
        Connection connection = connections.get(index);
        try (Statement statement = connection.createStatement()) {
            statement.executeUpdate(SEAL);
            LogDataSource.confirm(connection);
        } catch (SQLException e) {
            throw unusable(logs.get(index), e);
        }
    }

    private LogUnusableException refused(int index, String found, String wayOut) {
        return new LogUnusableException("database '" + logs.get(index).where() + "', given as log " + (index + 1)
                + " of " + logs.size() + ", " + found + ": " + wayOut);
    }

    private static LogUnusableException unusable(LogSettings log, SQLException e) {
        return new LogUnusableException(
                "the place of database '" + log.where() + "' among the logs can't be read or written: "
                        + e.getMessage(),
                e);
    }
}

package io.assent.coordinator.adapter.postgres;

import io.assent.coordinator.engine.port.Replicas.Duty;
import io.assent.coordinator.engine.port.Replicas.Member;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The SQL of membership: one statement each, in autocommit, by the database's clock alone. A row from the future counts as gone like
 * one from the past: after a fail-over the clock may be another one.
 */
final class MembershipStatements {

    /** Of a row {@code r}: it was renewed lately. The parameter, twice: after how many milliseconds it is gone. */
    private static final String ALIVE = """
            r.renewed_at BETWEEN clock_timestamp() - ? * interval '1 millisecond'
                             AND clock_timestamp() + ? * interval '1 millisecond'
            """;

    private static final String CLAIM = """
            INSERT INTO replica AS r (id, incarnation, url, duty, renewed_at) VALUES (?, ?, ?, ?, clock_timestamp())
            ON CONFLICT (id) DO UPDATE SET incarnation = excluded.incarnation, url = excluded.url,
                duty = excluded.duty, renewed_at = excluded.renewed_at
            WHERE r.incarnation = excluded.incarnation OR NOT (
            """ + ALIVE + ")";

    private static final String HOLDER = "SELECT incarnation, url, renewed_at::text FROM replica WHERE id = ?";

    private static final String RENEW = """
            WITH renewed AS (
                UPDATE replica SET renewed_at = clock_timestamp(), url = ?, duty = ? WHERE id = ? AND incarnation = ?
                RETURNING 1)
            SELECT r.id, r.incarnation, r.url, r.duty, (SELECT count(*) FROM renewed) AS renewed,
            """ + ALIVE + """
            AS alive, r.renewed_at < clock_timestamp() - ? * interval '1 millisecond' AS forgotten
            FROM replica r ORDER BY r.id
            """;

    private static final String FORGET =
            "DELETE FROM replica WHERE renewed_at < clock_timestamp() - ? * interval '1 millisecond'";

    private static final String LEAVE = "DELETE FROM replica WHERE id = ? AND incarnation = ?";

    private MembershipStatements() {}

    /** Takes the id, unless another process that is alive has it. @return whether it is ours */
    static boolean claim(Connection connection, Member self, Duration goneAfter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(CLAIM)) {
            statement.setString(1, self.id());
            statement.setObject(2, self.incarnation());
            statement.setString(3, self.url());
            statement.setShort(4, code(self.duty()));
            statement.setLong(5, goneAfter.toMillis());
            statement.setLong(6, goneAfter.toMillis());
            return statement.executeUpdate() == 1;
        }
    }

    /** @param renewed when, as text: to be compared, never to be calculated with */
    record Holder(UUID incarnation, String url, String renewed) {}

    static Optional<Holder> holder(Connection connection, String id) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(HOLDER)) {
            statement.setString(1, id);
            try (ResultSet result = statement.executeQuery()) {
                return result.next()
                        ? Optional.of(
                                new Holder(result.getObject(1, UUID.class), result.getString(2), result.getString(3)))
                        : Optional.empty();
            }
        }
    }

    /**
     * @param others the other replicas that are alive, by id
     * @param silent the other replicas that have not renewed in time, and have not left either
     * @param renewed whether our row was there, so that others see us
     * @param forgotten whether there are rows that may be deleted
     */
    record Roll(List<Member> others, List<Member> silent, boolean renewed, boolean forgotten) {}

    /** Says that we are alive, and reads who else is. */
    static Roll renew(Connection connection, Member self, MembershipSettings settings) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            statement.setString(1, self.url());
            statement.setShort(2, code(self.duty()));
            statement.setString(3, self.id());
            statement.setObject(4, self.incarnation());
            statement.setLong(5, settings.goneAfter().toMillis());
            statement.setLong(6, settings.goneAfter().toMillis());
            statement.setLong(7, settings.forgetAfter().toMillis());
            try (ResultSet result = statement.executeQuery()) {
                List<Member> others = new ArrayList<>();
                List<Member> silent = new ArrayList<>();
                boolean renewed = false;
                boolean forgotten = false;
                while (result.next()) {
                    Member member = new Member(
                            result.getString("id"),
                            result.getObject("incarnation", UUID.class),
                            result.getString("url"),
                            duty(result.getShort("duty")));
                    renewed |= result.getLong("renewed") > 0;
                    forgotten |= result.getBoolean("forgotten");
                    if (!member.id().equals(self.id())) {
                        (result.getBoolean("alive") ? others : silent).add(member);
                    }
                }
                return new Roll(others, silent, renewed, forgotten);
            }
        }
    }

    static void forget(Connection connection, Duration forgetAfter) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FORGET)) {
            statement.setLong(1, forgetAfter.toMillis());
            statement.executeUpdate();
        }
    }

    static void leave(Connection connection, Member self) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(LEAVE)) {
            statement.setString(1, self.id());
            statement.setObject(2, self.incarnation());
            statement.executeUpdate();
        }
    }

    private static short code(Duty duty) {
        return switch (duty) {
            case JOINING -> 0;
            case SERVING -> 1;
            case LEAVING -> 2;
        };
    }

    /** A duty of a newer version takes no work here. */
    private static Duty duty(short code) {
        return switch (code) {
            case 0 -> Duty.JOINING;
            case 1 -> Duty.SERVING;
            default -> Duty.LEAVING;
        };
    }
}

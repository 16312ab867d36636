package io.assent.coordinator.adapter.postgres;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import io.assent.coordinator.protocol.Proposal;
import io.assent.samples.bench.pieces.Piece;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.TearDown;

/**
 * Ways to write a batch of decisions with two branches each, in µs a batch. {@link #arrays} is what the coordinator does. The
 * others check and write as much, but only count what comes back, so what they seem to save is the most that they could. Each run also says how much of the server's write-ahead log (WAL) a decision takes.
 */
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class LogWays extends Piece {

    @Param({"1", "16", "64"})
    public int decisions;

    private final UUID writer = UUID.randomUUID();
    private final List<ListedBranch> branches =
            List.of(told("http://localhost:8081/assent"), told("http://localhost:8082/assent"));
    private @Nullable Connection prepared;
    private @Nullable Connection unprepared;
    private UUID batch = writer;
    private List<Proposal> proposals = List.of();
    private long writtenBefore;
    private long rows;

    @Setup(Level.Trial)
    public void connect(LogServer server) throws SQLException {
        prepared = server.connect("binaryTransferEnable", UuidArray.OID);
        unprepared = server.connect("prepareThreshold", "0");
        writtenBefore = LogServer.written(prepared());
    }

    @Setup(Level.Invocation)
    public void propose() {
        batch = Gtrid.mint().value();
        proposals = Stream.generate(this::proposal).limit(decisions).toList();
        rows += decisions;
    }

    @TearDown(Level.Trial)
    public void disconnect() throws SQLException {
        System.out.printf(
                "%n# %.0f B of WAL a decision%n", (LogServer.written(prepared()) - writtenBefore) / (double) rows);
        prepared().close();
        Objects.requireNonNull(unprepared).close();
    }

    /** As it is: one statement whatever the size, by three arrays. */
    @Benchmark
    public Object arrays() throws SQLException {
        return DecisionStatements.decide(prepared(), DecisionStatements.Form.FRESH, writer, batch, proposals);
    }

    /** As it is where an id may have a row already. */
    @Benchmark
    public Object arraysOnConflict() throws SQLException {
        return DecisionStatements.decide(prepared(), DecisionStatements.Form.CONTESTED, writer, batch, proposals);
    }

    /** Parsed and planned by the server each time. */
    @Benchmark
    public Object arraysUnprepared() throws SQLException {
        return DecisionStatements.decide(
                Objects.requireNonNull(unprepared), DecisionStatements.Form.FRESH, writer, batch, proposals);
    }

    /** The ids and outcomes in PostgreSQL's binary format, in which the driver itself sends the rows' texts alone. */
    @Benchmark
    public Object binaryArrays() throws SQLException {
        return OtherStatements.binaryArrays(prepared(), writer, batch, proposals);
    }

    /** Another statement for each size. */
    @Benchmark
    public Object values() throws SQLException {
        return OtherStatements.values(prepared(), writer, batch, proposals);
    }

    /** A statement for each row, sent together, and a COMMIT. */
    @Benchmark
    public Object driverBatch() throws SQLException {
        return OtherStatements.driverBatch(prepared(), writer, batch, proposals);
    }

    private Connection prepared() {
        return Objects.requireNonNull(prepared);
    }

    private Proposal proposal() {
        return new Proposal(Gtrid.mint(), Decision.COMMIT, branches, null, Map.of());
    }

    private static ListedBranch told(String participant) {
        return new ListedBranch(
                new BranchId(new ParticipantUrl(participant), Bqual.mint()), Inquiring.CAN, PhaseTwo.TOLD, "1234567");
    }
}

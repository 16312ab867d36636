package io.assent.coordinator.adapter.postgres;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.Turns;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import io.assent.samples.bench.pieces.Piece;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.openjdk.jmh.annotations.Benchmark;

/** What a decision costs between protocol and PostgreSQL: the text of its row, and its place in a batch. */
public class LogPieces extends Piece {

    private static final int BATCH = 15;

    private final RowCodec.Detail detail = new RowCodec.Detail(
            List.of(told("http://localhost:8081/assent"), told("http://localhost:8082/assent")),
            Map.of("payment", "p-17"),
            null);
    private final byte[] bytes = RowCodec.encode(detail);
    private final WriterLine<RowCodec.Detail> line = new WriterLine<>(20_000, Turns.NONE);

    @Benchmark
    public byte[] writeRow() {
        return RowCodec.encode(detail);
    }

    @Benchmark
    public Object readRow() {
        return RowCodec.decode(bytes);
    }

    /** Fifteen decisions queue, and one statement takes them all. */
    @Benchmark
    public List<RowCodec.Detail> queueAndTake15() throws InterruptedException {
        for (int i = 0; i < BATCH; i++) {
            line.offer(detail);
        }
        return line.take(BATCH, Duration.ZERO);
    }

    private static ListedBranch told(String participant) {
        return new ListedBranch(
                new BranchId(new ParticipantUrl(participant), Bqual.mint()), Inquiring.CAN, PhaseTwo.TOLD, "7612");
    }
}

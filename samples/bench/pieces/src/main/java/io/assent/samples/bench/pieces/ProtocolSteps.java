package io.assent.samples.bench.pieces;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.CommitRequest.Reply;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.api.Vote;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.Conversation;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.Event;
import io.assent.coordinator.protocol.Limits;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.Progress;
import io.assent.coordinator.protocol.Protocol;
import io.assent.coordinator.protocol.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.openjdk.jmh.annotations.Benchmark;

/** The commit protocol as the coordinator runs it for a transaction of two branches that have voted, without its log and participants. */
public class ProtocolSteps extends Piece {

    private final Protocol protocol = new Protocol(new Limits(128));
    private final Gtrid gtrid = Gtrid.mint();
    private final Branch north = prepared("http://localhost:8081/assent");
    private final Branch south = prepared("http://localhost:8082/assent");
    private final Event request = new Event.CommitRequested(
            new CommitRequest(
                    List.of(north, south), Duration.ofSeconds(30), Reply.APPLIED, Duration.ofSeconds(10), Map.of()),
            Duration.ofSeconds(10),
            1);
    private final DecisionRow row = new DecisionRow(
            gtrid,
            Decision.COMMIT,
            List.of(told(north), told(south)),
            null,
            Map.of(),
            UUID.randomUUID(),
            Instant.EPOCH);

    @Benchmark
    public Step propose() {
        return protocol.step(new Conversation.Unknown(gtrid), request);
    }

    /** From the request to the last acknowledgement. */
    @Benchmark
    public Step commitTwoBranches() {
        Step proposed = protocol.step(new Conversation.Unknown(gtrid), request);
        Step decided = protocol.step(proposed.next(), new Event.Decided(row, Progress.UNFINISHED));
        Step first = protocol.step(decided.next(), acknowledged(north));
        return protocol.step(first.next(), acknowledged(south));
    }

    private static Branch prepared(String participant) {
        return new Branch(
                new BranchId(new ParticipantUrl(participant), Bqual.mint()), Inquiring.CAN, new Vote.Prepared("7612"));
    }

    private static ListedBranch told(Branch branch) {
        return new ListedBranch(branch.id(), Inquiring.CAN, ListedBranch.PhaseTwo.TOLD, "7612");
    }

    private static Event acknowledged(Branch branch) {
        return new Event.Acknowledged(branch.id(), new Acknowledgement.Applied());
    }
}

package io.assent.samples.bench.pieces;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.CommitsJson;
import io.assent.api.Completion;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.OutcomeReply;
import io.assent.api.ParticipantUrl;
import io.assent.api.TransactionJson;
import io.assent.api.Vote;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;

/**
 * All JSON of sixteen transactions with two branches that ride together, in the order in which it travels. A sixteenth of the sum,
 * with instructions and results counted twice, is what a transaction spends on JSON: no other form of the bodies can save more.
 */
public class Bodies extends Piece {

    private static final int TOGETHER = 16;
    private static final int OK = 200;
    private static final String EVIDENCE = "1234567";

    private final List<Gtrid> gtrids =
            Stream.generate(Gtrid::mint).limit(TOGETHER).toList();
    private final List<Completion> commits =
            gtrids.stream().<Completion>map(Bodies::commit).toList();
    private final byte[] commitsBody = CommitsJson.write(commits);
    private final List<Instruction> instructions = gtrids.stream()
            .map(gtrid -> new Instruction(Instruction.Action.COMMIT, gtrid, Bqual.mint(), EVIDENCE))
            .toList();
    private final byte[] instructionsBody = InstructionJson.writeInstructions(instructions);
    private final List<InstructionResult> results = instructions.stream()
            .map(instruction -> InstructionResult.of(instruction, InstructionResult.Result.COMMITTED))
            .toList();
    private final byte[] resultsBody = InstructionJson.writeResults(results);
    private final List<byte[]> answerLines = gtrids.stream().map(Bodies::answer).toList();

    @Benchmark
    public byte[] write16Commits() {
        return CommitsJson.write(commits);
    }

    @Benchmark
    public List<Completion> read16Commits() {
        List<Completion> read = new ArrayList<>(TOGETHER);
        for (CommitsJson.Unread unread : CommitsJson.read(commitsBody)) {
            read.add(unread.read());
        }
        return read;
    }

    @Benchmark
    public byte[] write16Instructions() {
        return InstructionJson.writeInstructions(instructions);
    }

    @Benchmark
    public List<Instruction> read16Instructions() {
        return InstructionJson.readInstructions(instructionsBody);
    }

    @Benchmark
    public byte[] write16Results() {
        return InstructionJson.writeResults(results);
    }

    @Benchmark
    public List<InstructionResult> read16Results() {
        return InstructionJson.readResults(resultsBody);
    }

    @Benchmark
    public List<byte[]> write16Answers() {
        List<byte[]> written = new ArrayList<>(TOGETHER);
        gtrids.forEach(gtrid -> written.add(answer(gtrid)));
        return written;
    }

    @Benchmark
    public List<OutcomeReply> read16Answers() {
        List<OutcomeReply> read = new ArrayList<>(TOGETHER);
        answerLines.forEach(line ->
                read.add(TransactionJson.readOutcome(CommitsJson.readLine(line).body())));
        return read;
    }

    private static Completion commit(Gtrid gtrid) {
        List<Branch> branches = List.of(branch("http://north:8081/assent"), branch("http://south:8082/assent"));
        return new Completion.Commit(
                gtrid,
                new CommitRequest(
                        branches,
                        Duration.ofSeconds(30),
                        CommitRequest.Reply.APPLIED,
                        Duration.ofSeconds(10),
                        Map.of()));
    }

    private static Branch branch(String url) {
        return new Branch(
                new BranchId(new ParticipantUrl(url), Bqual.mint()), Inquiring.CAN, new Vote.Prepared(EVIDENCE));
    }

    private static byte[] answer(Gtrid gtrid) {
        OutcomeReply reply = new OutcomeReply(gtrid, Decision.COMMIT, OutcomeReply.Applied.YES, null);
        return CommitsJson.writeLine(gtrid, OK, 0, TransactionJson.writeOutcome(reply));
    }
}

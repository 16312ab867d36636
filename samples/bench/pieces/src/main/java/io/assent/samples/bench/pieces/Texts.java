package io.assent.samples.bench.pieces;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.JoinedBranches;
import io.assent.api.ParticipantUrl;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.openjdk.jmh.annotations.Benchmark;

/** What travels: the two headers, of a transaction with two branches, and a batch of instructions. */
public class Texts extends Piece {

    private static final int BATCH = 64;
    private static final String EVIDENCE = "1234567";

    private final TransactionContext context = new TransactionContext(Gtrid.mint(), Duration.ofSeconds(30));
    private final String contextHeader = context.toHeader();
    private final JoinedBranches branches =
            new JoinedBranches(List.of(branch("http://north:8081/assent"), branch("http://south:8082/assent")), null);
    private final String branchesHeader = branches.toHeader();
    private final List<Instruction> instructions =
            Stream.generate(Texts::instruction).limit(BATCH).toList();
    private final byte[] instructionsBody = InstructionJson.writeInstructions(instructions);

    @Benchmark
    public String writeContext() {
        return context.toHeader();
    }

    @Benchmark
    public TransactionContext readContext() {
        return TransactionContext.parse(contextHeader);
    }

    @Benchmark
    public String writeBranches() {
        return branches.toHeader();
    }

    @Benchmark
    public JoinedBranches readBranches() {
        return JoinedBranches.parse(branchesHeader);
    }

    @Benchmark
    public byte[] write64Instructions() {
        return InstructionJson.writeInstructions(instructions);
    }

    @Benchmark
    public List<Instruction> read64Instructions() {
        return InstructionJson.readInstructions(instructionsBody);
    }

    private static Branch branch(String url) {
        return new Branch(
                new BranchId(new ParticipantUrl(url), Bqual.mint()), Inquiring.CAN, new Vote.Prepared(EVIDENCE));
    }

    private static Instruction instruction() {
        return new Instruction(Instruction.Action.COMMIT, Gtrid.mint(), Bqual.mint(), EVIDENCE);
    }
}

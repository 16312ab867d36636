package io.assent.context;

import io.assent.Interleavings;
import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.JoinedBranches;
import io.assent.api.ParticipantUrl;
import io.assent.api.TransactionContext;
import java.time.Duration;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** Threads that work for one transaction: no branch may be missing from the list, however they meet. */
public final class TransactionScopeConcurrencyTest {

    private static final TransactionContext CONTEXT = new TransactionContext(Gtrid.floorOf(0), Duration.ofMillis(10));
    private static final Branch HERE = branch("here");
    private static final Branch THERE = branch("there");

    private final TransactionScope scope = TransactionScope.open(CONTEXT, () -> 0);
    private final TransactionScope.Call call = scope.calling("POST http://a");

    private static Branch branch(String bqual) {
        return new Branch(new BranchId(new ParticipantUrl("http://a"), new Bqual(bqual)), Inquiring.CAN, null);
    }

    @Test
    void noBranchThatJoinedIsMissingFromTheSealedList() {
        Interleavings.check(TransactionScopeConcurrencyTest.class);
    }

    @Operation
    public boolean joinHere() {
        return join(HERE);
    }

    @Operation
    public boolean joinThere() {
        return join(THERE);
    }

    @Operation
    public void neverSent() {
        call.neverSent();
    }

    @Operation
    public void lost() {
        call.lost("gone");
    }

    @Operation
    public String seal() {
        return text(scope.seal());
    }

    @Operation
    public String joined() {
        return text(scope.joined());
    }

    private boolean join(Branch branch) {
        try {
            scope.join(branch);
            return true;
        } catch (IllegalStateException sealed) {
            return false;
        }
    }

    /** In one order, for the union keeps that of joining. */
    private static String text(JoinedBranches joined) {
        List<String> bquals = joined.branches().stream()
                .map(branch -> branch.id().bqual().value())
                .sorted()
                .toList();
        return bquals + " " + joined.whyIncomplete().isPresent();
    }
}

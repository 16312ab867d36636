package io.assent.context;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.JoinedBranches;
import io.assent.api.ParticipantUrl;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class TransactionScopeTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5);
    private final TransactionScope scope =
            TransactionScope.open(new TransactionContext(Gtrid.mint(), Duration.ofMillis(10)), nanos::get);

    @Test
    void countsTheDeadlineDownAndStopsAtZero() {
        nanos.addAndGet(Duration.ofMillis(4).toNanos());
        assertThat(scope.remaining()).isEqualTo(Duration.ofMillis(6));
        assertThat(scope.context()).isEqualTo(new TransactionContext(scope.gtrid(), Duration.ofMillis(6)));
        nanos.addAndGet(Duration.ofMillis(7).toNanos());
        assertThat(scope.remaining()).isEqualTo(Duration.ZERO);
    }

    @Test
    void isIncompleteWhileACallIsOpenAndForEverOnceOneIsLost() {
        TransactionScope.Call first = scope.calling("POST http://north");
        TransactionScope.Call second = scope.calling("POST http://south");
        first.replied("v=1");
        assertThat(scope.joined().whyIncomplete()).contains("no reply to POST http://south");
        second.lost("south is gone");
        scope.calling("POST http://north").replied("v=1");
        assertThat(scope.joined().whyIncomplete()).contains("south is gone");
    }

    @Test
    void isCompleteWhenACallWasNeverSent() {
        scope.calling("POST http://north").neverSent();
        assertThat(scope.joined()).isEqualTo(JoinedBranches.NONE);
    }

    @Test
    void countsTheFirstEndOfACallOnly() {
        TransactionScope.Call call = scope.calling("POST http://north");
        call.lost("no reply");
        call.replied("v=1;x=too+late");
        assertThat(scope.joined().whyIncomplete()).contains("no reply");
    }

    @Test
    void takesNothingMoreOnceItIsSealed() {
        scope.join(branch(1));
        JoinedBranches sealed = scope.seal();
        assertThatIllegalStateException().isThrownBy(() -> scope.join(branch(2)));
        assertThatIllegalStateException().isThrownBy(() -> scope.calling("POST http://north"));
        assertThat(scope.joined()).isEqualTo(sealed).isEqualTo(scope.seal());
        assertThat(sealed.branches()).containsExactly(branch(1));
    }

    @Test
    void staysIncompleteWhenAReplyComesAfterTheSeal() {
        TransactionScope.Call call = scope.calling("POST http://north");
        scope.seal();
        call.replied("v=1");
        assertThat(scope.joined().whyIncomplete()).contains("no reply to POST http://north");
    }

    @Test
    void aReplyWithMoreBranchesThanItKeepsMakesItIncomplete() {
        List<Branch> many =
                IntStream.range(0, 1500).mapToObj(TransactionScopeTest::branch).toList();
        for (int round = 0; round < 3; round++) {
            String prefix = "s" + round;
            scope.calling("POST http://south")
                    .replied(new JoinedBranches(
                                    many.stream()
                                            .map(branch -> shifted(
                                                    branch, prefix + branch.id().bqual()))
                                            .toList(),
                                    null)
                            .toHeader());
        }
        assertThat(scope.joined().whyIncomplete()).get().asString().contains("more than 4096 branches");
    }

    @Test
    void nestedBindingsComeBack() {
        TransactionScope inner = TransactionScope.open(new TransactionContext(Gtrid.mint(), Duration.ZERO));
        TransactionScope.Binding outerBinding = scope.bind();
        TransactionScope.Binding innerBinding = inner.bind();
        assertThat(TransactionScope.current()).contains(inner);
        innerBinding.close();
        assertThat(TransactionScope.current()).contains(scope);
        outerBinding.close();
        assertThat(TransactionScope.current()).isEmpty();
    }

    private static Branch branch(int number) {
        BranchId id = new BranchId(new ParticipantUrl("http://a"), new Bqual("b" + number));
        return new Branch(id, Inquiring.CAN, new Vote.ReadOnly());
    }

    private static Branch shifted(Branch branch, String bqual) {
        return new Branch(new BranchId(branch.id().participant(), new Bqual(bqual)), Inquiring.CAN, branch.vote());
    }
}

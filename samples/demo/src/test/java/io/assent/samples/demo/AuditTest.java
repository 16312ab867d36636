package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Decision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** One payment of 30 from north:alice to south:bob committed, one aborted; then one thing at a time goes wrong. */
class AuditTest {

    private static final Transfer PAID = transfer("p-1");
    private static final Transfer REFUSED = transfer("p-2");
    private static final Answer COMMITTED = new Answer.Committed("g-1");
    private static final Answer ABORTED = new Answer.Aborted("g-2", "INSUFFICIENT_FUNDS", "");
    private static final RingView RING = RingView.read(RingViewTest.BODY);
    private static final Bank.Entry DEBIT = new Bank.Entry("p-1", "alice", -30);
    private static final Bank.Entry CREDIT = new Bank.Entry("p-1", "bob", 30);

    private Map<Transfer, Answer> answers = Map.of(PAID, COMMITTED, REFUSED, ABORTED);
    private Evidence.Books north = new Evidence.Books(100, 70, List.of(DEBIT), Set.of());
    private Evidence.Books south = new Evidence.Books(50, 80, List.of(CREDIT), Set.of());
    private Map<String, Decision> decisions = Map.of("g-1", Decision.COMMIT, "g-2", Decision.ABORT);
    private Set<String> unfinished = Set.of();
    private int crashesPlanned;
    private List<Kill> kills = List.of();

    @Test
    void passesBooksThatBalance() {
        assertThat(Audit.passes(findings())).isTrue();
        assertThat(failed()).isEmpty();
    }

    @Test
    void failsWhenOneBankBookedAndTheOtherDidNot() {
        south = new Evidence.Books(50, 50, List.of(), Set.of());
        assertThat(failed())
                .containsExactly("each committed payment has exactly its two entries", "no money was made or lost");
        assertThat(Audit.passes(findings())).isFalse();
    }

    @Test
    void failsWhenAnAmountIsNotTheOneThatWasAskedFor() {
        south = new Evidence.Books(50, 79, List.of(new Bank.Entry("p-1", "bob", 29)), Set.of());
        assertThat(failed())
                .containsExactly("each committed payment has exactly its two entries", "no money was made or lost");
    }

    @Test
    void failsWhenAnAbortedPaymentWasBooked() {
        answers = Map.of(PAID, new Answer.Aborted("g-1", "NO_VOTE", ""), REFUSED, ABORTED);
        assertThat(failed()).containsExactly("no other payment has any entry", "the log says what clients were told");
    }

    @Test
    void failsWhenAPaymentWasBookedThatNobodyAsked() {
        north = new Evidence.Books(100, 69, List.of(DEBIT, new Bank.Entry("p-9", "alice", -1)), Set.of());
        south = new Evidence.Books(50, 81, List.of(CREDIT, new Bank.Entry("p-9", "bob", 1)), Set.of());
        assertThat(failed()).containsExactly("no other payment has any entry");
    }

    @Test
    void failsWhenABalanceDoesNotFollowFromTheEntries() {
        north = new Evidence.Books(100, 71, List.of(DEBIT), Set.of());
        assertThat(failed())
                .containsExactly("each bank's balance is what its entries say", "no money was made or lost");
    }

    @Test
    void failsWhenTheLogSaysAnotherOutcomeThanTheClientWasTold() {
        decisions = Map.of("g-1", Decision.ABORT, "g-2", Decision.ABORT);
        assertThat(failed()).containsExactly("the log says what clients were told");
        decisions = Map.of("g-1", Decision.COMMIT, "g-2", Decision.COMMIT);
        assertThat(failed()).containsExactly("the log says what clients were told");
    }

    @Test
    void failsWhenAnOutcomeIsUnknown() {
        answers = Map.of(PAID, COMMITTED, REFUSED, new Answer.Unknown("g-2", "no answer"));
        assertThat(failed()).containsExactly("no outcome is unknown");
    }

    @Test
    void failsWhenATransferWasNotAnswered() {
        answers = Map.of(PAID, COMMITTED);
        assertThat(failed()).containsExactly("every transfer was answered");
    }

    @Test
    void failsWhenAPreparedTransactionIsLeft() {
        north = new Evidence.Books(100, 70, List.of(DEBIT), Set.of("assent:north:g-7:b"));
        assertThat(failed()).containsExactly("no prepared transaction is left in any bank");
    }

    @Test
    void failsWhenTheLogListsSomethingUnfinished() {
        unfinished = Set.of("g-1");
        assertThat(failed()).containsExactly("nothing is unfinished in the log");
    }

    @Test
    void failsWhenACrashDidNotHappen() {
        crashesPlanned = 1;
        assertThat(failed()).containsExactly("every crash happened where it was planned");
    }

    @Test
    void failsWhenAReplicaThatWasKilledHadToBeWaitedFor() {
        crashesPlanned = 1;
        kills = List.of(killed(Duration.ofMillis(3_200)));
        assertThat(failed()).isEmpty();
        kills = List.of(killed(Duration.ofMillis(7_100)));
        assertThat(failed()).containsExactly("no replica that was killed had to be waited for");
    }

    private static Kill killed(Duration resolvedAfter) {
        return new Kill(
                Crash.all().getLast(),
                "c1",
                "g-1",
                new InDoubt.Situation(Optional.empty(), List.of()),
                new InDoubt.Snapshot(Map.of(), Set.of()),
                Optional.of(new Takeover(RING, RING, Optional.empty(), Duration.ofSeconds(1))),
                Duration.ofSeconds(7),
                resolvedAfter,
                0);
    }

    private List<String> failed() {
        return findings().stream()
                .filter(finding -> !finding.holds())
                .map(Finding::claim)
                .toList();
    }

    private List<Finding> findings() {
        Map<String, Evidence.Books> banks = Map.of("north", north, "south", south);
        return Audit.of(new Evidence(2, answers, banks, decisions, unfinished, crashesPlanned, kills));
    }

    private static Transfer transfer(String payment) {
        return new Transfer(payment, new AccountName("north", "alice"), new AccountName("south", "bob"), 30);
    }
}

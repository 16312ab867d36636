package io.assent.samples.torture;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Decision;
import io.assent.samples.demo.AccountName;
import io.assent.samples.demo.Finding;
import io.assent.samples.torture.Event.Answer;
import io.assent.samples.torture.Event.Asked;
import io.assent.samples.torture.Event.Intent;
import io.assent.samples.torture.Event.Told;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each test breaks a history, a book or the log in one way, and names what has to notice. */
class FindingsTest {

    private static final AccountName ANN = new AccountName("north", "ann");
    private static final AccountName BOB = new AccountName("south", "bob");

    private final List<Event> history = new ArrayList<>();
    private final Map<AccountName, Long> before = new HashMap<>();
    private final Map<AccountName, Books.State> accounts = new HashMap<>();
    private final Map<String, List<String>> entries = new HashMap<>();
    private final Map<String, Decision> decisions = new HashMap<>();
    private final Set<String> prepared = new TreeSet<>();
    private final Set<String> unfinished = new TreeSet<>();
    private final Set<String> heuristic = new TreeSet<>();

    /** One committed, one aborted, one rolled back, one forgotten, one that was unknown and turned out to be committed. */
    @BeforeEach
    void aRunInWhichAllIsWell() {
        before.putAll(Map.of(ANN, 100L, BOB, 100L));
        asked("t1", "p1", Intent.COMMIT, 5);
        history.add(new Told("t1", Answer.COMMITTED, ""));
        asked("t2", "p2", Intent.COMMIT, 7);
        history.add(new Told("t2", Answer.ABORTED, ""));
        asked("t3", "p3", Intent.ROLL_BACK, 9);
        history.add(new Told("t3", Answer.ABORTED, ""));
        asked("t4", "p4", Intent.FORGET, 11);
        history.add(new Told("t4", Answer.UNKNOWN, ""));
        asked("t5", "p5", Intent.COMMIT, 13);
        history.add(new Told("t5", Answer.UNKNOWN, ""));
        history.add(new Told("t5", Answer.COMMITTED, ""));
        decisions.putAll(Map.of("t1", Decision.COMMIT, "t2", Decision.ABORT, "t5", Decision.COMMIT));
        entries.put("p1", List.of("north:ann:-5", "south:bob:5"));
        entries.put("p5", List.of("north:ann:-13", "south:bob:13"));
        accounts.put(ANN, new Books.State(82, 2));
        accounts.put(BOB, new Books.State(118, 2));
    }

    @Test
    void findsNothingWhereAllIsWell() {
        assertThat(violated()).isEmpty();
    }

    @Test
    void findsMoneyThatWasMade() {
        accounts.put(BOB, new Books.State(119, 2));
        assertThat(violated())
                .containsExactlyInAnyOrder(
                        "no money was made or lost", "every balance is what the committed transfers make it");
    }

    @Test
    void findsMoneyThatMovedWithoutATransfer() {
        accounts.put(ANN, new Books.State(81, 2));
        accounts.put(BOB, new Books.State(119, 2));
        assertThat(violated()).containsExactly("every balance is what the committed transfers make it");
    }

    @Test
    void findsATransferThatWasAppliedTwice() {
        accounts.put(ANN, new Books.State(77, 3));
        accounts.put(BOB, new Books.State(123, 3));
        assertThat(violated())
                .contains("every account's version is the number of its committed transfers")
                .doesNotContain("no money was made or lost");
    }

    @Test
    void findsABranchThatMissedItsCommit() {
        accounts.put(BOB, new Books.State(113, 1));
        entries.put("p1", List.of("north:ann:-5"));
        assertThat(violated())
                .contains(
                        "no money was made or lost",
                        "every account's version is the number of its committed transfers",
                        "every transfer is in the books wholly or not at all, as the log says");
    }

    @Test
    void findsAnAbortedTransferInTheBooks() {
        entries.put("p2", List.of("north:ann:-7", "south:bob:7"));
        assertThat(violated()).containsExactly("every transfer is in the books wholly or not at all, as the log says");
    }

    @Test
    void findsEntriesThatNobodyAskedFor() {
        entries.put("p9", List.of("north:ann:-1"));
        assertThat(violated()).containsExactly("every transfer is in the books wholly or not at all, as the log says");
    }

    @Test
    void findsAClientThatWasToldCommittedOfWhatAborted() {
        history.add(new Told("t4", Answer.COMMITTED, ""));
        assertThat(violated()).containsExactly("every answer is what the log says");
    }

    @Test
    void findsAClientThatWasToldAbortedOfWhatCommitted() {
        history.set(1, new Told("t1", Answer.ABORTED, ""));
        assertThat(violated()).containsExactly("every answer is what the log says");
    }

    @Test
    void findsTwoAnswersThatContradict() {
        history.add(new Told("t5", Answer.ABORTED, ""));
        assertThat(violated())
                .containsExactlyInAnyOrder(
                        "every answer is what the log says", "no transaction has two answers that contradict");
    }

    @Test
    void findsAnAnswerThatIsStillUnknown() {
        history.removeLast();
        assertThat(violated()).containsExactly("every client has an answer, by asking afterwards where it was unknown");
    }

    @Test
    void findsAClientThatWasNeverAnswered() {
        asked("t6", "p6", Intent.COMMIT, 1);
        assertThat(violated()).containsExactly("every client has an answer, by asking afterwards where it was unknown");
    }

    @Test
    void findsACommitOfWhatWasLeftAlone() {
        decisions.put("t4", Decision.COMMIT);
        entries.put("p4", List.of("north:ann:-11", "south:bob:11"));
        accounts.put(ANN, new Books.State(71, 3));
        accounts.put(BOB, new Books.State(129, 3));
        assertThat(violated()).containsExactly("nothing committed that no client asked to commit");
    }

    @Test
    void findsWhatIsLeftInDoubtUnfinishedOrHeuristic() {
        prepared.add("assent:bank-north:t1:b1");
        assertThat(violated()).containsExactly("in doubt at the end");
        unfinished.add("t1");
        assertThat(violated()).containsExactly("in doubt at the end", "unfinished at the end");
        heuristic.add("t1 ROLLED_BACK");
        assertThat(violated())
                .containsExactly("nothing ended against its decision", "in doubt at the end", "unfinished at the end");
    }

    @Test
    void readsAHistoryAsItWasWritten(@TempDir Path directory) {
        Path file = directory.resolve("history.jsonl");
        history.add(new Told("t1", Answer.UNKNOWN, "a \"detail\"\nof two lines"));
        try (History writing = new History(file)) {
            history.forEach(writing::add);
        }
        assertThat(History.read(file)).isEqualTo(history);
    }

    private void asked(String gtrid, String payment, Intent intent, long amount) {
        history.add(new Asked(gtrid, payment, intent, List.of(new Leg(ANN, -amount), new Leg(BOB, amount))));
    }

    private List<String> violated() {
        Books books = new Books(before, accounts, entries, decisions, prepared, unfinished, heuristic);
        return Findings.of(history, books).stream()
                .filter(finding -> !finding.holds())
                .map(Finding::claim)
                .toList();
    }
}

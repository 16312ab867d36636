package io.assent.samples.torture;

import io.assent.api.Decision;
import io.assent.samples.demo.AccountName;
import io.assent.samples.demo.Finding;
import io.assent.samples.torture.Event.Answer;
import io.assent.samples.torture.Event.Asked;
import io.assent.samples.torture.Event.Intent;
import io.assent.samples.torture.Event.Told;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** Holds a history against what log and books say when all is quiet. */
final class Findings {

    private static final int EXAMPLES_MAX = 5;

    private final Map<String, Asked> asked = new LinkedHashMap<>();
    private final Map<String, Set<Answer>> told = new HashMap<>();
    private final Books books;

    private Findings(List<Event> history, Books books) {
        this.books = books;
        for (Event event : history) {
            switch (event) {
                case Asked a -> asked.put(a.gtrid(), a);
                case Told t ->
                    told.computeIfAbsent(t.gtrid(), _ -> EnumSet.noneOf(Answer.class))
                            .add(t.answer());
            }
        }
    }

    static List<Finding> of(List<Event> history, Books books) {
        Findings findings = new Findings(history, books);
        return List.of(
                findings.noMoneyWasMadeOrLost(),
                findings.balancesFollowFromCommits(),
                findings.versionsFollowFromCommits(),
                findings.noTransferIsHalfVisible(),
                findings.everyAnswerIsTrue(),
                findings.noAnswersContradict(),
                findings.everyUnknownAnswerWasResolved(),
                findings.onlyWhatWasAskedForCommitted(),
                none("nothing ended against its decision", books.heuristic()),
                none("in doubt at the end", books.prepared()),
                none("unfinished at the end", books.unfinished()));
    }

    private Finding noMoneyWasMadeOrLost() {
        long before =
                books.before().values().stream().mapToLong(Long::longValue).sum();
        long after = books.accounts().values().stream()
                .mapToLong(Books.State::balance)
                .sum();
        return new Finding("no money was made or lost", before == after, before + " before, " + after + " after");
    }

    private Finding balancesFollowFromCommits() {
        Map<AccountName, Long> expected = new HashMap<>(books.before());
        committedLegs().forEach(leg -> expected.merge(leg.account(), leg.amount(), Long::sum));
        List<String> wrong = new ArrayList<>();
        expected.forEach((account, balance) -> {
            long found = books.state(account).balance();
            if (found != balance) {
                wrong.add(account + " should have " + balance + " and has " + found);
            }
        });
        return none("every balance is what the committed transfers make it", wrong);
    }

    private Finding versionsFollowFromCommits() {
        Map<AccountName, Long> expected = new HashMap<>();
        books.accounts().keySet().forEach(account -> expected.put(account, 0L));
        committedLegs().forEach(leg -> expected.merge(leg.account(), 1L, Long::sum));
        List<String> wrong = new ArrayList<>();
        expected.forEach((account, version) -> {
            long found = books.state(account).version();
            if (found != version) {
                wrong.add(account + " was changed " + found + " times by " + version + " committed transfers");
            }
        });
        return none("every account's version is the number of its committed transfers", wrong);
    }

    private Finding noTransferIsHalfVisible() {
        List<String> wrong = new ArrayList<>();
        Map<String, List<String>> unclaimed = new HashMap<>(books.entries());
        for (Asked transfer : asked.values()) {
            List<String> expected = isCommitted(transfer)
                    ? transfer.legs().stream().map(Leg::toString).sorted().toList()
                    : List.of();
            List<String> found = unclaimed.getOrDefault(transfer.payment(), List.of());
            unclaimed.remove(transfer.payment());
            if (!expected.equals(found)) {
                wrong.add(transfer.gtrid() + " (" + transfer.payment() + ") has " + found + " and not " + expected);
            }
        }
        unclaimed.forEach((payment, found) -> wrong.add(payment + ", which nobody asked for, has " + found));
        return none("every transfer is in the books wholly or not at all, as the log says", wrong);
    }

    private Finding everyAnswerIsTrue() {
        List<String> wrong = new ArrayList<>();
        told.forEach((gtrid, answers) -> {
            Decision row = books.decisions().get(gtrid);
            boolean isTrue = answers.stream().allMatch(answer -> switch (answer) {
                case COMMITTED -> row == Decision.COMMIT;
                case ABORTED -> row != Decision.COMMIT;
                case UNKNOWN -> true;
            });
            if (!isTrue) {
                wrong.add(
                        gtrid + " was said to be " + answers + " and the log says " + (row == null ? "nothing" : row));
            }
        });
        return none("every answer is what the log says", wrong);
    }

    private Finding noAnswersContradict() {
        List<String> wrong = new ArrayList<>();
        told.forEach((gtrid, answers) -> {
            if (answers.contains(Answer.COMMITTED) && answers.contains(Answer.ABORTED)) {
                wrong.add(gtrid);
            }
        });
        return none("no transaction has two answers that contradict", wrong);
    }

    private Finding everyUnknownAnswerWasResolved() {
        List<String> wrong = new ArrayList<>();
        asked.values().forEach(transfer -> {
            Set<Answer> answers = told.getOrDefault(transfer.gtrid(), Set.of());
            boolean isOpen = answers.isEmpty() || answers.equals(EnumSet.of(Answer.UNKNOWN));
            if (transfer.intent() != Intent.FORGET && isOpen) {
                wrong.add(transfer.gtrid() + " was told " + answers);
            }
        });
        return none("every client has an answer, by asking afterwards where it was unknown", wrong);
    }

    private Finding onlyWhatWasAskedForCommitted() {
        List<String> wrong = new ArrayList<>();
        books.decisions().forEach((gtrid, decision) -> {
            Asked transfer = asked.get(gtrid);
            boolean mayCommit = transfer != null && transfer.intent() == Intent.COMMIT;
            if (decision == Decision.COMMIT && !mayCommit) {
                wrong.add(gtrid + " committed and was " + (transfer == null ? "never begun" : transfer.intent()));
            }
        });
        return none("nothing committed that no client asked to commit", wrong);
    }

    private List<Leg> committedLegs() {
        return asked.values().stream()
                .filter(this::isCommitted)
                .flatMap(transfer -> transfer.legs().stream())
                .toList();
    }

    private boolean isCommitted(Asked transfer) {
        return books.decisions().get(transfer.gtrid()) == Decision.COMMIT;
    }

    private static Finding none(String claim, Collection<String> wrong) {
        String examples = wrong.stream().sorted().limit(EXAMPLES_MAX).collect(Collectors.joining("; "));
        return new Finding(claim, wrong.isEmpty(), wrong.isEmpty() ? "0" : wrong.size() + ": " + examples);
    }
}

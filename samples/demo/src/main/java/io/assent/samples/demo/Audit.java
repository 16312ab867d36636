package io.assent.samples.demo;

import io.assent.api.Decision;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Compares what clients were told with the books of the banks and with the log. */
final class Audit {

    private static final int EXAMPLES_MAX = 3;

    private final Evidence evidence;

    private Audit(Evidence evidence) {
        this.evidence = evidence;
    }

    static List<Finding> of(Evidence evidence) {
        Audit audit = new Audit(evidence);
        List<Finding> findings = new ArrayList<>(ofBooks(evidence));
        findings.add(audit.everyCrashHappened());
        findings.add(audit.othersTookOver());
        return List.copyOf(findings);
    }

    /** Without a look at what was killed. */
    static List<Finding> ofBooks(Evidence evidence) {
        Audit audit = new Audit(evidence);
        return List.of(
                audit.everyTransferHasAnAnswer(),
                audit.noOutcomeIsUnknown(),
                audit.committedPaymentsHaveTheirTwoEntries(),
                audit.otherPaymentsHaveNone(),
                audit.theLogSaysWhatClientsWereTold(),
                audit.balancesFollowFromEntries(),
                audit.noMoneyWasMadeOrLost(),
                audit.nothingIsPrepared(),
                audit.nothingIsUnfinished());
    }

    static boolean passes(List<Finding> findings) {
        return findings.stream().allMatch(Finding::holds);
    }

    private Finding everyTransferHasAnAnswer() {
        int answered = evidence.answers().size();
        return new Finding(
                "every transfer was answered",
                answered == evidence.transfers(),
                answered + " of " + evidence.transfers());
    }

    private Finding noOutcomeIsUnknown() {
        List<String> unknown = new ArrayList<>();
        evidence.answers().forEach((transfer, answer) -> {
            if (answer instanceof Answer.Unknown(String gtrid, String detail)) {
                unknown.add(transfer.payment() + " " + gtrid + " " + detail);
            }
        });
        return none("no outcome is unknown", unknown);
    }

    private Finding committedPaymentsHaveTheirTwoEntries() {
        Map<String, Set<String>> booked = entriesByPayment();
        List<String> wrong = new ArrayList<>();
        evidence.answers().forEach((transfer, answer) -> {
            Set<String> found = booked.getOrDefault(transfer.payment(), Set.of());
            if (answer instanceof Answer.Committed && !found.equals(expected(transfer))) {
                wrong.add(transfer.payment() + " has " + found);
            }
        });
        return none("each committed payment has exactly its two entries", wrong);
    }

    private Finding otherPaymentsHaveNone() {
        Set<String> committed = new HashSet<>();
        evidence.answers().forEach((transfer, answer) -> {
            if (answer instanceof Answer.Committed) {
                committed.add(transfer.payment());
            }
        });
        List<String> wrong = entriesByPayment().keySet().stream()
                .filter(payment -> !committed.contains(payment))
                .toList();
        return none("no other payment has any entry", wrong);
    }

    private Finding theLogSaysWhatClientsWereTold() {
        List<String> wrong = new ArrayList<>();
        for (Answer answer : evidence.answers().values()) {
            Decision row = evidence.decisions().get(answer.gtrid());
            boolean agrees = switch (answer) {
                case Answer.Committed _ -> row == Decision.COMMIT;
                case Answer.Aborted _ -> row != Decision.COMMIT;
                case Answer.Unknown _ -> true;
            };
            if (!agrees) {
                wrong.add(answer + " but the log says " + (row == null ? "nothing" : row));
            }
        }
        return none("the log says what clients were told", wrong);
    }

    private Finding balancesFollowFromEntries() {
        List<String> wrong = new ArrayList<>();
        evidence.banks().forEach((name, books) -> {
            long moved = books.entries().stream().mapToLong(Bank.Entry::amount).sum();
            if (books.before() + moved != books.after()) {
                wrong.add(name + " had " + books.before() + ", booked " + moved + " and has " + books.after());
            }
        });
        return none("each bank's balance is what its entries say", wrong);
    }

    private Finding noMoneyWasMadeOrLost() {
        Collection<Evidence.Books> all = evidence.banks().values();
        long before = all.stream().mapToLong(Evidence.Books::before).sum();
        long after = all.stream().mapToLong(Evidence.Books::after).sum();
        return new Finding(
                "no money was made or lost",
                before == after,
                Money.text(before) + " before, " + Money.text(after) + " after");
    }

    private Finding nothingIsPrepared() {
        List<String> left = evidence.banks().values().stream()
                .flatMap(books -> books.prepared().stream())
                .toList();
        return none("no prepared transaction is left in any bank", left);
    }

    private Finding nothingIsUnfinished() {
        return none("nothing is unfinished in the log", evidence.unfinished());
    }

    private Finding everyCrashHappened() {
        int happened = evidence.kills().size();
        return new Finding(
                "every crash happened where it was planned",
                happened == evidence.crashesPlanned(),
                happened + " of " + evidence.crashesPlanned());
    }

    /** That others decided nothing of its own proves nothing: a kill near the end may have left nothing to decide. */
    private Finding othersTookOver() {
        List<String> wrong = evidence.kills().stream()
                .filter(kill ->
                        kill.takeover().isPresent() && kill.resolvedAfter().compareTo(kill.downFor()) >= 0)
                .map(kill -> kill.process() + ", killed " + kill.crash().when())
                .toList();
        return none("no replica that was killed had to be waited for", wrong);
    }

    private Map<String, Set<String>> entriesByPayment() {
        Map<String, Set<String>> entries = new HashMap<>();
        evidence.banks()
                .forEach((bank, books) -> books.entries()
                        .forEach(entry -> entries.computeIfAbsent(entry.payment(), _ -> new TreeSet<>())
                                .add(bank + ":" + entry.account() + " " + entry.amount())));
        return entries;
    }

    private static Set<String> expected(Transfer transfer) {
        return Set.of(transfer.from() + " " + -transfer.amount(), transfer.to() + " " + transfer.amount());
    }

    private static Finding none(String claim, Collection<String> wrong) {
        String examples = wrong.stream().sorted().limit(EXAMPLES_MAX).collect(Collectors.joining("; "));
        String detail = wrong.isEmpty() ? "0" : wrong.size() + ": " + examples;
        return new Finding(claim, wrong.isEmpty(), detail);
    }
}

package io.assent.coordinator.simulation;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry.Verdict;
import io.assent.api.OutcomeReply.Applied;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.protocol.Answer;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.simulation.Violation.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Sees everything, remembers what no process remembers, and throws at the first promise that is broken. It is told of
 * each step as it happens, so every promise is checked after every event that could break it.
 */
final class Witness {

    enum End {
        OPEN,
        PREPARED,
        READ_ONLY,
        COMMITTED,
        ROLLED_BACK
    }

    /** What became of one branch. */
    private static final class Fate {
        private End end = End.OPEN;
        /** An operator ended it, or its database was restored: what is reported of it is no false alarm. */
        private boolean brokenInto;

        private boolean heuristic;
        private int commits;
        private @Nullable Decision told;
    }

    /** What became of one transaction. */
    private static final class Case {
        private final String name;
        private @Nullable DecisionRow durable;
        private final Set<TreeSet<BranchId>> asked = new HashSet<>();
        private boolean enlisted;
        private final Map<BranchId, Fate> fates = new TreeMap<>();
        private @Nullable Decision toldClient;
        private boolean toldAbsent;
        private boolean belowFloor;

        private Case(String name) {
            this.name = name;
        }
    }

    private final Trace trace;
    private @Nullable Violation first;
    private final Map<Gtrid, Case> cases = new TreeMap<>();
    private final Map<String, ParticipantUrl> urls = new HashMap<>();

    Witness(Trace trace) {
        this.trace = trace;
    }

    void begun(Gtrid gtrid, String name) {
        cases.put(gtrid, new Case(name));
    }

    String nameOf(Gtrid gtrid) {
        return of(gtrid).name;
    }

    // --- the log

    /** A row is durable: on the standby too, or for good after a fail-over. */
    void rowDurable(DecisionRow row) {
        Case c = of(row.gtrid());
        DecisionRow before = c.durable;
        if (before == null) {
            trace.note("log", c.name, "has " + row.decision() + " of " + bquals(row.branches()));
            c.durable = row;
            checkRow(c, row);
        } else if (before.decision() != row.decision() || !before.lists(ids(row.branches()))) {
            throw broken(Promise.ONE_DECISION, c, "decided " + before.decision() + " and then " + row.decision());
        }
    }

    private void checkRow(Case c, DecisionRow row) {
        if (c.toldAbsent) {
            throw broken(
                    Promise.ABSENT_FOR_EVER, c, "decided " + row.decision() + " after somebody was told of absence");
        }
        if (row.decision() == Decision.ABORT) {
            return;
        }
        if (!c.enlisted && !c.asked.contains(new TreeSet<>(ids(row.branches())))) {
            throw broken(Promise.TOLD_ITS_LIST, c, "the row lists what no client asked for");
        }
        for (ListedBranch branch : row.branches()) {
            Fate fate = fate(c, branch.id());
            if (!fate.brokenInto && (fate.end == End.ROLLED_BACK || fate.end == End.OPEN)) {
                throw broken(
                        Promise.ALIKE, c, "COMMIT is decided and " + branch.id().bqual() + " is " + fate.end);
            }
        }
    }

    void floorRaised(Gtrid floor) {
        cases.forEach((gtrid, c) -> {
            if (!c.belowFloor && gtrid.compareTo(floor) < 0) {
                c.belowFloor = true;
                trace.note("log", c.name, "is below the floor now");
            }
        });
    }

    void heuristicRecorded(Gtrid gtrid, BranchId branch, String kind) {
        Case c = of(gtrid);
        Fate fate = fate(c, branch);
        trace.note("log", c.name, "records " + kind + " of " + branch.bqual());
        fate.heuristic = true;
        if (!fate.brokenInto) {
            throw broken(Promise.HEURISTIC_WITH_CAUSE, c, kind + " of " + branch.bqual() + ", and nobody broke in");
        }
    }

    // --- what is told

    void asked(Gtrid gtrid, List<BranchId> list) {
        of(gtrid).asked.add(new TreeSet<>(list));
    }

    void enlisted(Gtrid gtrid) {
        of(gtrid).enlisted = true;
    }

    /** @param requested the list of a commit; null for anything else */
    void toldClient(String replica, Gtrid gtrid, @Nullable List<BranchId> requested, Answer answer) {
        Case c = of(gtrid);
        switch (answer) {
            case Answer.Told told -> toldOutcome(replica, c, requested, told);
            case Answer.ListMismatch mismatch -> {
                DecisionRow row = durable(c, replica + " tells a mismatch", Decision.COMMIT);
                if (row.lists(mismatch.requested())) {
                    throw broken(Promise.TOLD_ITS_LIST, c, "a mismatch is told about the very list of the row");
                }
            }
            case Answer.Gone _ -> absent(replica, c);
            case Answer.Begun _,
                    Answer.Enlisted _,
                    Answer.NotTheEnlisted _,
                    Answer.AlreadyBegun _,
                    Answer.AlreadyDeciding _,
                    Answer.NotBegun _,
                    Answer.TooManyBranches _,
                    Answer.Unknown _,
                    Answer.Refused _ -> {}
        }
        trace.note(replica, c.name, "answers " + shown(answer));
    }

    private void toldOutcome(String replica, Case c, @Nullable List<BranchId> requested, Answer.Told told) {
        Decision decision = told.row().decision();
        DecisionRow row = durable(c, replica + " tells a client " + decision, decision);
        if (c.toldClient != null && c.toldClient != decision) {
            throw broken(Promise.NO_CONTRADICTION, c, "clients are told " + c.toldClient + " and " + decision);
        }
        c.toldClient = decision;
        if (decision == Decision.ABORT) {
            return;
        }
        if (requested != null && !row.lists(requested)) {
            throw broken(Promise.TOLD_ITS_LIST, c, "COMMITTED is told for another list than the row's");
        }
        if (told.applied() == Applied.YES) {
            for (ListedBranch branch : row.branches()) {
                Fate fate = fate(c, branch.id());
                boolean done = fate.end == End.COMMITTED || fate.end == End.READ_ONLY || fate.heuristic;
                if (!done && !fate.brokenInto) {
                    throw broken(Promise.ALIKE, c, "applied, and " + branch.id().bqual() + " is " + fate.end);
                }
                if (!done && fate.end == End.ROLLED_BACK) {
                    throw broken(
                            Promise.HEURISTIC_WITH_CAUSE,
                            c,
                            "applied, and nobody says that " + branch.id().bqual() + " was rolled back");
                }
            }
        }
    }

    /** A branch is told the decision, by an instruction or in answer to its inquiry. */
    void toldBranch(String replica, Gtrid gtrid, BranchId branch, Decision decision) {
        Case c = of(gtrid);
        DecisionRow row = c.durable;
        if (row == null) {
            throw broken(
                    Promise.TOLD_BY_A_ROW, c, replica + " tells " + branch.bqual() + " " + decision + " without a row");
        }
        if (row.decisionFor(branch) != decision) {
            throw broken(
                    Promise.TOLD_BY_A_ROW,
                    c,
                    replica + " tells " + branch.bqual() + " " + decision + ", the row says " + row.decision()
                            + " and lists " + bquals(row.branches()));
        }
        Fate fate = fate(c, branch);
        if (fate.told != null && fate.told != decision) {
            throw broken(Promise.NO_CONTRADICTION, c, branch.bqual() + " is told " + fate.told + " and " + decision);
        }
        fate.told = decision;
    }

    void answered(String replica, String participant, Gtrid gtrid, Bqual bqual, Verdict verdict) {
        Case c = of(gtrid);
        trace.note(replica, c.name, "answers " + participant + " about " + bqual + ": " + verdict);
        BranchId id = new BranchId(url(participant), bqual);
        switch (verdict) {
            case COMMIT -> toldBranch(replica, gtrid, id, Decision.COMMIT);
            case ABORT -> toldBranch(replica, gtrid, id, Decision.ABORT);
            case ABSENT -> absent(replica, c);
            case PENDING -> {}
        }
    }

    private void absent(String replica, Case c) {
        c.toldAbsent = true;
        if (c.durable != null && !pruned.contains(c.durable.gtrid())) {
            throw broken(Promise.ABSENT_FOR_EVER, c, replica + " tells of absence, and there is a row");
        }
    }

    private final Set<Gtrid> pruned = new HashSet<>();

    void pruned(Gtrid gtrid) {
        Case c = of(gtrid);
        trace.note("log", c.name, "lets the row go");
        pruned.add(gtrid);
        DecisionRow row = c.durable;
        if (row == null || row.decision() == Decision.ABORT) {
            return;
        }
        for (ListedBranch branch : row.branches()) {
            Fate fate = fate(c, branch.id());
            if (!fate.brokenInto && fate.end == End.PREPARED) {
                throw broken(Promise.ALIKE, c, "the row goes and " + branch.id().bqual() + " is in doubt");
            }
        }
    }

    /** A fail-over brought it back, or took the pruning back. */
    void unpruned(Gtrid gtrid) {
        pruned.remove(gtrid);
    }

    // --- the participants

    void participant(String name, ParticipantUrl url) {
        urls.put(name, url);
    }

    void prepared(String participant, Gtrid gtrid, Bqual bqual) {
        Case c = of(gtrid);
        trace.note(participant, c.name, "prepares " + bqual);
        fate(c, new BranchId(url(participant), bqual)).end = End.PREPARED;
    }

    void readOnly(String participant, Gtrid gtrid, Bqual bqual) {
        Case c = of(gtrid);
        trace.note(participant, c.name, "has only read in " + bqual);
        fate(c, new BranchId(url(participant), bqual)).end = End.READ_ONLY;
    }

    void committed(String participant, Gtrid gtrid, Bqual bqual) {
        Case c = of(gtrid);
        trace.note(participant, c.name, "commits " + bqual);
        BranchId id = new BranchId(url(participant), bqual);
        Fate fate = fate(c, id);
        fate.end = End.COMMITTED;
        fate.commits++;
        DecisionRow row = c.durable;
        if (row == null || row.decisionFor(id) != Decision.COMMIT) {
            throw broken(Promise.COMMITS_ONLY_LISTED, c, bqual + " commits without a row that says so");
        }
        if (fate.commits > 1 && !fate.brokenInto) {
            throw broken(Promise.COMMITS_ONLY_LISTED, c, bqual + " commits twice");
        }
    }

    void rolledBack(String participant, Gtrid gtrid, Bqual bqual) {
        Case c = of(gtrid);
        trace.note(participant, c.name, "rolls back " + bqual);
        BranchId id = new BranchId(url(participant), bqual);
        Fate fate = fate(c, id);
        fate.end = End.ROLLED_BACK;
        DecisionRow row = c.durable;
        if (row != null && row.decisionFor(id) == Decision.COMMIT && !fate.brokenInto) {
            throw broken(Promise.ALIKE, c, bqual + " rolls back, and the row says COMMIT");
        }
        if (row != null && row.decisionFor(id) == Decision.COMMIT && fate.commits > 0 && !byHand.contains(id)) {
            throw broken(Promise.ALIKE, c, bqual + " had committed, was restored, and rolls back");
        }
    }

    private final Set<BranchId> byHand = new HashSet<>();

    void brokenInto(String participant, Gtrid gtrid, Bqual bqual, String how) {
        Case c = of(gtrid);
        trace.note(participant, c.name, "somebody breaks in: " + how + " " + bqual);
        BranchId id = new BranchId(url(participant), bqual);
        fate(c, id).brokenInto = true;
        if (!how.startsWith("restores")) {
            byHand.add(id);
        } else {
            fate(c, id).end = End.PREPARED;
        }
    }

    /** A sweep reports that somebody else ended a branch. */
    void sweepAlarm(String participant, int heuristics) {
        boolean cause = cases.values().stream()
                .flatMap(c -> c.fates.entrySet().stream())
                .anyMatch(f -> f.getKey().participant().equals(url(participant)) && f.getValue().brokenInto);
        if (heuristics > 0 && !cause) {
            throw report(new Violation(
                    Promise.HEURISTIC_WITH_CAUSE, participant, "a sweep reports a divergence, and nobody broke in"));
        }
    }

    /** How an operator who knows everything would end a branch that is held. */
    Decision truth(Gtrid gtrid, BranchId branch) {
        DecisionRow row = of(gtrid).durable;
        return row == null ? Decision.ABORT : row.decisionFor(branch);
    }

    /** After all faults are healed and time has run on. */
    void atTheEnd() {
        for (Case c : cases.values()) {
            DecisionRow row = c.durable;
            if (row == null || row.decision() == Decision.ABORT) {
                continue;
            }
            for (ListedBranch branch : row.branches()) {
                Fate fate = fate(c, branch.id());
                // What had acknowledged before it was restored and then rolled back by hand nobody can know of.
                if (fate.end == End.ROLLED_BACK && !fate.heuristic && fate.commits == 0) {
                    throw broken(
                            Promise.HEURISTIC_WITH_CAUSE,
                            c,
                            "committed, " + branch.id().bqual() + " was rolled back by hand, and nobody says so");
                }
            }
        }
    }

    int decided() {
        return (int) cases.values().stream().filter(c -> c.durable != null).count();
    }

    int committed() {
        return (int) cases.values().stream()
                .filter(c -> c.durable != null && c.durable.decision() == Decision.COMMIT)
                .count();
    }

    private DecisionRow durable(Case c, String what, Decision decision) {
        DecisionRow row = c.durable;
        if (row == null) {
            throw broken(Promise.TOLD_BY_A_ROW, c, what + " without a row");
        }
        if (row.decision() != decision) {
            throw broken(Promise.TOLD_BY_A_ROW, c, what + ", the row says " + row.decision());
        }
        return row;
    }

    private Case of(Gtrid gtrid) {
        Case c = cases.get(gtrid);
        if (c == null) {
            throw report(new Violation(Promise.NO_DEFECT, "", "nobody began " + gtrid));
        }
        return c;
    }

    private static Fate fate(Case c, BranchId id) {
        return c.fates.computeIfAbsent(id, _ -> new Fate());
    }

    private ParticipantUrl url(String participant) {
        ParticipantUrl url = urls.get(participant);
        if (url == null) {
            throw report(new Violation(Promise.NO_DEFECT, "", "no participant " + participant));
        }
        return url;
    }

    private static List<BranchId> ids(List<ListedBranch> branches) {
        return branches.stream().map(ListedBranch::id).toList();
    }

    private static String bquals(List<ListedBranch> branches) {
        List<String> all = new ArrayList<>();
        branches.forEach(b -> all.add(b.id().bqual() + (b.isTold() ? "" : " (" + b.phaseTwo() + ")")));
        return all.toString();
    }

    private static String shown(Answer answer) {
        return answer instanceof Answer.Told told
                ? told.row().decision() + ", applied " + told.applied()
                : answer.getClass().getSimpleName();
    }

    private Violation broken(Promise promise, Case c, String what) {
        return report(new Violation(promise, c.name, what));
    }

    /** Keeps the first one: the code under simulation may catch what is thrown through it. */
    Violation report(Violation violation) {
        if (first == null) {
            first = violation;
        }
        return violation;
    }

    @Nullable
    Violation first() {
        return first;
    }
}

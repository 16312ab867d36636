package io.assent.participant;

import io.assent.api.Inquiry;
import io.assent.api.InquiryJson;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.client.CoordinatorUnavailableException;
import io.assent.client.InquiryGateway;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds the branches in doubt, asks the coordinator about them and ends those that are decided. Sweeps of several
 * instances of a service at the same time do no harm: ending a branch twice is found out by its evidence.
 *
 * <p>Sweeps of one instance follow each other; {@link #sweep()} may be called from any thread.
 */
public final class InDoubtSweep {

    private static final Logger LOG = LoggerFactory.getLogger(InDoubtSweep.class);

    private final BranchResource resource;
    private final InquiryGateway coordinator;
    private final AbsencePolicy absence;
    private final Set<BranchKey> announced = new HashSet<>();
    private volatile SweepReport last = SweepReport.NONE;

    public InDoubtSweep(BranchResource resource, InquiryGateway coordinator, AbsencePolicy absence) {
        this.resource = resource;
        this.coordinator = coordinator;
        this.absence = absence;
    }

    /** Sweeps once, now. Failures are reported, not thrown. */
    public synchronized SweepReport sweep() {
        Tally tally = new Tally();
        try {
            List<InDoubtBranch> branches = resource.inDoubt();
            tally.inDoubt = branches.size();
            announced.retainAll(branches.stream().map(BranchKey::of).toList());
            for (int from = 0; from < branches.size(); from += InquiryJson.BATCH_MAX) {
                int to = Math.min(branches.size(), from + InquiryJson.BATCH_MAX);
                sweepBatch(branches.subList(from, to), tally);
            }
        } catch (CoordinatorUnavailableException e) {
            tally.failure = "the coordinator can't be reached: " + e.getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            tally.failure = "interrupted";
        } catch (Exception e) {
            tally.failure = "the branches in doubt can't be read: " + e;
        }
        SweepReport report = tally.report();
        if (report.failed() && !last.failed()) {
            LOG.warn("In-doubt sweep failed, will try again: inDoubt={} why={}", report.inDoubt(), report.failure());
        }
        if (!report.failed() && last.failed()) {
            LOG.info("In-doubt sweep works again: inDoubt={}", report.inDoubt());
        }
        last = report;
        return report;
    }

    /** What the latest sweep found; {@link SweepReport#NONE} before the first. */
    public SweepReport last() {
        return last;
    }

    private void sweepBatch(List<InDoubtBranch> branches, Tally tally) throws CoordinatorUnavailableException {
        List<Inquiry> inquiries = new ArrayList<>(branches.size());
        for (InDoubtBranch branch : branches) {
            ParticipantCrashPoint.BEFORE_INQUIRY.reached(branch.gtrid());
            inquiries.add(new Inquiry(branch.gtrid(), branch.bqual(), branch.deadline()));
        }
        Map<BranchKey, Inquiry.Verdict> verdicts = new HashMap<>();
        for (Inquiry.Answer answer : coordinator.inquire(inquiries)) {
            ParticipantCrashPoint.AFTER_INQUIRY.reached(answer.gtrid());
            verdicts.put(new BranchKey(answer.gtrid(), answer.bqual()), answer.verdict());
        }
        List<Instruction> instructions = new ArrayList<>();
        for (InDoubtBranch branch : branches) {
            Inquiry.Verdict verdict = verdicts.get(BranchKey.of(branch));
            Instruction.Action action = actionOn(branch, verdict, tally);
            if (action != null) {
                instructions.add(new Instruction(action, branch.gtrid(), branch.bqual(), branch.evidence()));
            }
        }
        if (!instructions.isEmpty()) {
            for (InstructionResult result : resource.carryOut(instructions)) {
                count(result, verdicts.get(new BranchKey(result.gtrid(), result.bqual())), tally);
            }
        }
    }

    private Instruction.@Nullable Action actionOn(
            InDoubtBranch branch, Inquiry.@Nullable Verdict verdict, Tally tally) {
        if (verdict == null || verdict == Inquiry.Verdict.PENDING) {
            tally.pending++;
            return null;
        }
        return switch (verdict) {
            case COMMIT -> Instruction.Action.COMMIT;
            case ABORT -> Instruction.Action.ROLLBACK;
            case ABSENT -> onAbsence(branch, tally);
            case PENDING -> null;
        };
    }

    private Instruction.@Nullable Action onAbsence(InDoubtBranch branch, Tally tally) {
        if (absence == AbsencePolicy.ROLLBACK) {
            return Instruction.Action.ROLLBACK;
        }
        tally.heldForOperator++;
        if (announced.add(BranchKey.of(branch))) {
            LOG.warn(
                    "Held for an operator: the coordinator no longer knows this transaction. If this database was"
                            + " restored from a backup, look at the other participants for how the transaction ended;"
                            + " otherwise it aborted. gtrid={} bqual={} byHand=\"{}\"",
                    branch.gtrid(),
                    branch.bqual(),
                    branch.byHand());
        }
        return null;
    }

    private static void count(InstructionResult result, Inquiry.@Nullable Verdict verdict, Tally tally) {
        switch (result.result()) {
            case COMMITTED -> tally.committed++;
            case ROLLED_BACK -> tally.rolledBack++;
            case HEURISTIC_COMMIT, HEURISTIC_ROLLBACK, HEURISTIC_HAZARD -> {
                if (verdict == Inquiry.Verdict.ABSENT) {
                    // Committed meanwhile by the decision's late delivery: no divergence (rule R24).
                    return;
                }
                tally.heuristic++;
                LOG.warn(
                        "A branch in doubt was ended by somebody else: gtrid={} bqual={} result={} reason={}",
                        result.gtrid(),
                        result.bqual(),
                        result.result(),
                        result.reason());
            }
            case RETRY, PREPARED, READ_ONLY, NO -> tally.pending++;
        }
        if (result.result() == InstructionResult.Result.COMMITTED
                || result.result() == InstructionResult.Result.ROLLED_BACK) {
            LOG.info(
                    "Branch in doubt resolved: gtrid={} bqual={} result={}",
                    result.gtrid(),
                    result.bqual(),
                    result.result());
        }
    }

    private static final class Tally {
        private int inDoubt;
        private int committed;
        private int rolledBack;
        private int pending;
        private int heldForOperator;
        private int heuristic;
        private String failure = "";

        private SweepReport report() {
            return new SweepReport(inDoubt, committed, rolledBack, pending, heldForOperator, heuristic, failure);
        }
    }
}

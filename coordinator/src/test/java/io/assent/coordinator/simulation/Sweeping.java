package io.assent.coordinator.simulation;

import io.assent.api.Inquiry;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.client.CoordinatorUnavailableException;
import io.assent.participant.AbsencePolicy;
import io.assent.participant.BranchResource;
import io.assent.participant.InDoubtBranch;
import io.assent.participant.InDoubtSweep;
import java.time.Duration;
import java.util.List;

/**
 * Sweeps with the SDK's sweep. That one asks and waits; here it is cut in two, so that meanwhile things happen: the
 * branches are looked up, the question travels, and with the answers the real sweep runs on what was looked up.
 */
final class Sweeping {

    private static final Duration INTERVAL = Duration.ofSeconds(4);
    private static final Duration PATIENCE = Duration.ofSeconds(3);
    private static final int STALLS_PER_MILLE = 200;
    private static final long STALL_MILLIS_MIN = 20_000;
    private static final long STALL_MILLIS_MAX = 40_000;

    private final World world;
    private final Host host;
    private final BranchResource resource;
    private final AbsencePolicy absence;
    private final Dice dice;
    private final InDoubtSweep sweep;
    private List<InDoubtBranch> looked = List.of();
    private List<Inquiry.Answer> answers = List.of();
    private int nextReplica;

    Sweeping(World world, Host host, BranchResource resource, AbsencePolicy absence, Dice dice) {
        this.world = world;
        this.host = host;
        this.resource = resource;
        this.absence = absence;
        this.dice = dice;
        this.sweep = new InDoubtSweep(
                new AsLooked(),
                _ -> {
                    if (answers.isEmpty()) {
                        throw new CoordinatorUnavailableException("nobody answered");
                    }
                    return answers;
                },
                absence);
    }

    void start() {
        host.after(Duration.ofMillis(dice.between(500, 2000)), this::look);
    }

    /** Lets the sweep see what was in doubt when it was looked up. */
    private final class AsLooked implements BranchResource {
        @Override
        public List<InstructionResult> carryOut(List<Instruction> instructions) {
            return resource.carryOut(instructions);
        }

        @Override
        public List<InDoubtBranch> inDoubt() {
            return looked;
        }
    }

    private void look() {
        try {
            looked = resource.inDoubt();
        } catch (Exception e) {
            looked = List.of();
        }
        if (looked.isEmpty()) {
            host.after(INTERVAL, this::look);
            return;
        }
        // A process may stand still between looking and asking.
        boolean stalls = dice.chance(STALLS_PER_MILLE) && host.name.endsWith("b");
        long pause = stalls ? dice.between(STALL_MILLIS_MIN, STALL_MILLIS_MAX) : dice.between(0, 20);
        host.after(Duration.ofMillis(pause), this::inquire);
    }

    private void inquire() {
        boolean[] over = new boolean[1];
        Runnable next = () -> {
            if (!over[0]) {
                over[0] = true;
                host.after(INTERVAL, this::look);
            }
        };
        host.after(PATIENCE, next);
        List<Inquiry> inquiries = looked.stream()
                .map(b -> new Inquiry(b.gtrid(), b.bqual(), b.deadline()))
                .toList();
        Replica asked = world.replica(nextReplica++);
        String participant = host.name.substring(0, 2);
        world.network.<List<Inquiry.Answer>>call(
                host,
                asked.host,
                "inquiry " + inquiries.size(),
                reply -> asked.inquire(participant, inquiries, reply),
                told -> {
                    if (!over[0]) {
                        carryOut(participant, told);
                        next.run();
                    }
                },
                next);
    }

    private void carryOut(String participant, List<Inquiry.Answer> told) {
        answers = world.mutated(Mutation.DONE_OK) && absence == AbsencePolicy.ROLLBACK
                ? told.stream().map(Sweeping::abortFromAbsence).toList()
                : told;
        var report = sweep.sweep();
        answers = List.of();
        world.witness.sweepAlarm(participant, report.heuristic());
    }

    private static Inquiry.Answer abortFromAbsence(Inquiry.Answer answer) {
        return answer.verdict() == Inquiry.Verdict.ABSENT
                ? new Inquiry.Answer(answer.gtrid(), answer.bqual(), Inquiry.Verdict.ABORT)
                : answer;
    }
}

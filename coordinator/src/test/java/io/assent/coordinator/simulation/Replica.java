package io.assent.coordinator.simulation;

import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.Inquiry.Verdict;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.OutcomeReply.Applied;
import io.assent.api.ParticipantUrl;
import io.assent.api.RollbackRequest;
import io.assent.api.Vote;
import io.assent.coordinator.adapter.participant.SimulatedWire;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.Inquiries;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.assent.coordinator.engine.port.Observer;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.Answer;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.recovery.Recovery;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One coordinator process: the real engine, inquiries, recovery and gateway. The one place that sets them up. */
final class Replica {

    private static final Duration PRUNE_INTERVAL = Duration.ofSeconds(4);
    private static final Duration LEAVING = Duration.ofSeconds(2);
    private static final Duration LOCK_TIMEOUT = Duration.ofMillis(500);

    final Host host;
    private final World world;
    private final Dice dice;
    private int lives;
    private @Nullable Engine engine;
    private @Nullable Inquiries inquiries;
    private @Nullable SimulatedMembership membership;

    Replica(World world, String name, Dice dice) {
        this.world = world;
        this.dice = dice;
        this.host = world.host(name, this::start, this::died);
    }

    private void start() {
        lives++;
        Dice jitter = dice.named("jitter " + lives);
        UUID incarnation = new UUID(host.name.hashCode(), (long) lives << 32);
        SimulatedLog log = new SimulatedLog(world, host, incarnation);
        var gateway = SimulatedWire.gateway(
                this::carry,
                world.settings.gateway(),
                AllowedOrigins.of(List.of("loopback")),
                host,
                host::soon,
                bound -> jitter.between(0, bound));
        Engine started = new Engine(log, gateway, host, new Silent(), world.settings.engine());
        engine = started;
        inquiries = new Inquiries(started, log);
        SimulatedMembership joined = new SimulatedMembership(world, host, incarnation);
        membership = joined;
        new Recovery(started, log, joined, host, world.settings.recovery()).start();
        joined.start();
        host.after(Duration.ofMillis(dice.between(500, 4000)), this::prune);
    }

    /** Stops in good order: takes nothing new, says so, and is gone some time later. */
    void leaveFor(long millis) {
        Engine leaving = engine;
        SimulatedMembership left = membership;
        if (leaving != null && left != null && host.isRunning()) {
            world.trace.note(host.name, "", "leaves");
            leaving.stopTaking();
            left.leave();
            host.after(LEAVING, () -> host.dieFor(millis));
        }
    }

    /** Disagrees about the ring for a while. */
    void overlook(int which) {
        SimulatedMembership known = membership;
        if (known != null) {
            known.overlook(which);
        }
    }

    private void died() {
        engine = null;
        membership = null;
        inquiries = null;
    }

    boolean isQuiet() {
        Engine running = engine;
        return running != null && running.undecidedCount() == 0 && running.deliveringCount() == 0;
    }

    String load() {
        Engine running = engine;
        return running == null
                ? "down"
                : "undecided " + running.undecidedCount() + ", delivering " + running.deliveringCount();
    }

    // --- what clients and participants ask

    void commit(Gtrid gtrid, CommitRequest request, Consumer<Answer> reply) {
        List<BranchId> list = request.listed()
                .map(l -> l.stream().map(b -> b.id()).distinct().toList())
                .orElse(null);
        tell(gtrid, list, running().commit(gtrid, request), reply);
    }

    void rollback(Gtrid gtrid, RollbackRequest request, Consumer<Answer> reply) {
        tell(gtrid, null, running().rollback(gtrid, request), reply);
    }

    void begin(Gtrid gtrid, Duration remaining, Consumer<Answer> reply) {
        tell(gtrid, null, running().begin(gtrid, remaining, java.util.Map.of()), reply);
    }

    void enlist(Gtrid gtrid, List<io.assent.api.Branch> branches, Consumer<Answer> reply) {
        tell(gtrid, null, running().enlist(gtrid, branches), reply);
    }

    void inquire(String participant, List<Inquiry> asked, Consumer<List<Inquiry.Answer>> reply) {
        CompletableFuture<Void> _ = Objects.requireNonNull(inquiries)
                .answer(asked)
                .thenAccept(answered -> {
                    if (!(answered instanceof Inquiries.Answered.Verdicts(List<Inquiry.Answer> answers))) {
                        return; // an error, as good as no reply: whoever asks goes on to another replica
                    }
                    List<Inquiry.Answer> told =
                            answers.stream().map(this::mutated).toList();
                    told.forEach(
                            a -> world.witness.answered(host.name, participant, a.gtrid(), a.bqual(), a.verdict()));
                    reply.accept(told);
                });
    }

    private void tell(
            Gtrid gtrid, @Nullable List<BranchId> list, CompletableFuture<Answer> answer, Consumer<Answer> reply) {
        CompletableFuture<Void> _ = answer.thenAccept(a -> {
            Answer told = mutated(gtrid, a);
            world.witness.toldClient(host.name, gtrid, list, told);
            reply.accept(told);
        });
    }

    private Engine running() {
        return Objects.requireNonNull(engine);
    }

    // --- what it sends

    private void carry(
            ParticipantUrl url,
            List<Instruction> instructions,
            Consumer<List<InstructionResult>> replied,
            Runnable refused) {
        Service service = world.service(url);
        List<Instruction> sent = new ArrayList<>();
        for (Instruction instruction : instructions) {
            BranchId branch = new BranchId(url, instruction.bqual());
            sent.add(checked(service, branch, mutated(branch, instruction)));
        }
        world.network.<List<InstructionResult>>call(
                host,
                service.host(),
                "instruct " + sent.size() + " "
                        + world.witness.nameOf(sent.getFirst().gtrid()),
                reply -> service.instruct(sent, reply),
                replied,
                refused);
        if (world.mutated(Mutation.VOTE_PER)) {
            host.after(Duration.ofSeconds(1), () -> replied.accept(silenceIsYes(sent)));
        }
    }

    private Instruction checked(Service service, BranchId branch, Instruction instruction) {
        Gtrid gtrid = instruction.gtrid();
        world.trace.note(
                host.name,
                world.witness.nameOf(gtrid),
                "tells " + service.host().name + " to " + instruction.action() + " " + branch.bqual());
        switch (instruction.action()) {
            case PREPARE -> {
                if (!service.inquires() && !world.log.everIntended(branch)) {
                    throw world.witness.report(new Violation(
                            Violation.Promise.DURABLE_FIRST,
                            world.witness.nameOf(gtrid),
                            host.name + " asks " + branch.bqual() + " to prepare before the intent is durable"));
                }
            }
            case COMMIT -> world.witness.toldBranch(host.name, gtrid, branch, Decision.COMMIT);
            case ROLLBACK -> world.witness.toldBranch(host.name, gtrid, branch, Decision.ABORT);
        }
        return instruction;
    }

    // --- pruning

    private void prune() {
        world.network.<Boolean>call(host, world.log.host, "raise floor", this::raiseFloor, _ -> deleteRows(), () -> {});
        host.after(PRUNE_INTERVAL, this::prune);
    }

    private void raiseFloor(Consumer<Boolean> reply) {
        LogServer log = world.log;
        TableLock lock = log.floorLock();
        Gtrid target =
                Gtrid.floorOf(Math.max(0, Host.EPOCH_MILLIS + log.clockMillis() - world.settings.retentionMillis()));
        if (world.mutated(Mutation.FENCE)) {
            log.raiseFloor(target, _ -> reply.accept(true));
            return;
        }
        if (!lock.isFree()) {
            lock.wantAlone();
            world.timeline.after(LOCK_TIMEOUT.toNanos(), log.host.inThisLife(() -> {
                if (lock.isFree()) {
                    raiseAlone(log, lock, target, reply);
                } else {
                    lock.giveUpWanting();
                }
            }));
        } else {
            lock.wantAlone();
            raiseAlone(log, lock, target, reply);
        }
    }

    private static void raiseAlone(LogServer log, TableLock lock, Gtrid target, Consumer<Boolean> reply) {
        lock.takeAlone();
        log.raiseFloor(target, _ -> {
            lock.giveUpAlone();
            reply.accept(true);
        });
    }

    private void deleteRows() {
        world.network.<Boolean>call(
                host,
                world.log.host,
                "delete rows",
                reply -> world.log.deleteRows(_ -> reply.accept(true)),
                _ -> {},
                () -> {});
    }

    // --- rules that are left out

    private Instruction mutated(BranchId branch, Instruction instruction) {
        if (world.mutated(Mutation.LIST_CHECK)
                && instruction.action() == Instruction.Action.ROLLBACK
                && world.log.hasRow(instruction.gtrid())
                && world.log.row(instruction.gtrid()).decision() == Decision.COMMIT) {
            return new Instruction(
                    Instruction.Action.COMMIT, instruction.gtrid(), branch.bqual(), instruction.evidence());
        }
        return instruction;
    }

    private static List<InstructionResult> silenceIsYes(List<Instruction> sent) {
        return sent.stream()
                .map(i -> i.action() == Instruction.Action.PREPARE
                        ? InstructionResult.ofVote(i, new Vote.Prepared(""))
                        : InstructionResult.because(i, Result.RETRY, "no answer"))
                .toList();
    }

    private Inquiry.Answer mutated(Inquiry.Answer answer) {
        boolean commit = world.mutated(Mutation.LIST_CHECK)
                && world.log.hasRow(answer.gtrid())
                && world.log.row(answer.gtrid()).decision() == Decision.COMMIT;
        return commit ? new Inquiry.Answer(answer.gtrid(), answer.bqual(), Verdict.COMMIT) : answer;
    }

    private Answer mutated(Gtrid gtrid, Answer answer) {
        if (answer instanceof Answer.ListMismatch mismatch && world.mutated(Mutation.LIST_MATCH)) {
            return new Answer.Told(mismatch.row(), Applied.PENDING);
        }
        if (answer instanceof Answer.Gone && world.mutated(Mutation.CLIENT_GONE)) {
            var reason = new io.assent.api.AbortReason(io.assent.api.AbortReason.Code.DEADLINE_PASSED, "absent");
            DecisionRow none = new DecisionRow(
                    gtrid, Decision.ABORT, List.of(), reason, java.util.Map.of(), new UUID(0, 0), Instant.EPOCH);
            return new Answer.Told(none, Applied.YES);
        }
        return answer;
    }

    private static final class Silent implements Observer {
        @Override
        public void decided(DecisionRow row, Duration sinceFirstSeen) {}

        @Override
        public void finished(DecisionRow row, Duration sinceFirstSeen) {}

        @Override
        public void heuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic) {}

        @Override
        public void overloaded() {}
    }
}

package io.assent.coordinator.simulation;

import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.CommitRequest.Reply;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.JoinedBranches;
import io.assent.api.RollbackRequest;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.assent.coordinator.protocol.Answer;
import io.assent.coordinator.simulation.Plan.Manner;
import io.assent.coordinator.simulation.Plan.Otherwise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** An initiator. It keeps account of its branches with the SDK's own scope, and asks any replica again and again. */
final class Client {

    private static final Duration WORK_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration APPLIED_WAIT = Duration.ofSeconds(3);
    private static final Duration RETRY_AFTER = Duration.ofMillis(300);

    final Host host;
    private final World world;
    private final Plan.Transfer transfer;
    private final Dice dice;
    private final Duration answerTimeout;
    private final List<JoinedBranches> late = new ArrayList<>();
    private Gtrid gtrid = Gtrid.floorOf(0);
    private @Nullable TransactionScope opened;
    private int replica;
    private long patienceEndsMillis;
    private boolean done;

    Client(World world, Plan.Transfer transfer, Dice dice) {
        this.world = world;
        this.transfer = transfer;
        this.dice = dice;
        this.replica = transfer.firstReplica();
        this.answerTimeout = Duration.ofMillis(dice.named("answer").chance(500) ? 8_000 : 1_200);
        this.host = world.host("c" + transfer.number(), () -> {}, () -> {});
    }

    void arrange() {
        world.timeline.at(transfer.atMillis(), () -> {
            host.start();
            host.soon(this::begin);
        });
    }

    private TransactionScope scope() {
        return Objects.requireNonNull(opened);
    }

    private void begin() {
        long mintedAt = Host.EPOCH_MILLIS + world.timeline.nowMillis() - transfer.skewMillis();
        gtrid = Gtrid.mint(mintedAt, transfer.number(), dice.next());
        world.witness.begun(gtrid, "T" + transfer.number());
        Duration deadline = Duration.ofMillis(transfer.deadlineMillis());
        opened = TransactionScope.open(new TransactionContext(gtrid, deadline), world.timeline::nowNanos);
        if (transfer.manner() == Manner.ENLISTED) {
            world.witness.enlisted(gtrid);
            this.<Answer>ask("begin", (r, reply) -> r.begin(gtrid, deadline, reply), _ -> work(0), () -> work(0));
        } else {
            work(0);
        }
    }

    // --- the work

    private void work(int index) {
        if (index >= transfer.pieces().size()) {
            host.after(Duration.ofMillis(transfer.thinkMillis()), this::finishWork);
            return;
        }
        Plan.Piece piece = transfer.pieces().get(index);
        Service service = world.service(piece.service());
        TransactionScope.Call call = scope().calling("work " + index);
        String context = scope().context().toHeader();
        Service.Order order = new Service.Order(transfer.number() * 10 + index, piece.doing(), piece.account());
        boolean[] over = new boolean[1];
        Duration timeout = scope().remaining().compareTo(WORK_TIMEOUT) < 0 ? scope().remaining() : WORK_TIMEOUT;
        host.after(timeout, () -> {
            if (!over[0]) {
                over[0] = true;
                call.lost("timeout");
                work(index + 1);
            }
        });
        world.network.<String>call(
                host,
                service.host(),
                "work T" + transfer.number() + "." + index,
                reply -> service.work(context, order, reply),
                header -> {
                    if (over[0]) {
                        late.add(JoinedBranches.parse(header));
                    } else {
                        over[0] = true;
                        call.replied(header);
                        enlist(JoinedBranches.parse(header), () -> work(index + 1));
                    }
                },
                () -> {
                    if (!over[0]) {
                        over[0] = true;
                        call.lost("refused");
                        work(index + 1);
                    }
                });
    }

    private void enlist(JoinedBranches joined, Runnable then) {
        if (transfer.manner() == Manner.LISTED) {
            then.run();
        } else {
            this.<Answer>ask(
                    "enlist",
                    (r, reply) -> r.enlist(gtrid, joined.branches(), reply),
                    answer -> {
                        if (!(answer instanceof Answer.Enlisted)) {
                            scope().calling("enlist").lost("not enlisted");
                        }
                        then.run();
                    },
                    () -> {
                        scope().calling("enlist").lost("enlisting had no answer");
                        then.run();
                    });
        }
    }

    private void finishWork() {
        JoinedBranches joined = scope().seal();
        patienceEndsMillis = world.timeline.nowMillis() + transfer.patienceMillis();
        boolean no = joined.branches().stream().anyMatch(b -> b.vote() instanceof Vote.No);
        boolean obstacle =
                joined.incomplete() != null || no || scope().remaining().isZero();
        if (world.mutated(Mutation.EARLY_TRUE)) {
            obstacle = false;
        }
        switch (transfer.wish()) {
            case FORGET -> host.die();
            case ROLLBACK -> rollback(joined.branches());
            case COMMIT -> {
                if (obstacle) {
                    rollback(joined.branches());
                } else {
                    commit(untrue(joined.branches()), transfer.otherwise());
                }
            }
        }
    }

    // --- the outcome

    private void commit(List<Branch> branches, Otherwise otherwise) {
        boolean listed = transfer.manner() == Manner.LISTED;
        if (listed) {
            world.witness.asked(gtrid, branches.stream().map(Branch::id).toList());
        }
        Reply wanted = dice.chance(700) ? Reply.APPLIED : Reply.DECIDED;
        untilAnswered(
                "commit",
                (r, reply) -> r.commit(
                        gtrid,
                        new CommitRequest(
                                listed ? branches : null, scope().remaining(), wanted, APPLIED_WAIT, Map.of()),
                        reply),
                () -> {
                    world.trace.note(host.name, "T" + transfer.number(), "has no answer: " + otherwise);
                    patienceEndsMillis = world.timeline.nowMillis() + transfer.patienceMillis();
                    switch (otherwise) {
                        case GIVE_UP -> done = true;
                        case ROLL_BACK -> rollback(branches);
                        case OTHER_LIST -> commit(otherList(branches), Otherwise.GIVE_UP);
                    }
                });
    }

    private List<Branch> otherList(List<Branch> branches) {
        List<Branch> other = new ArrayList<>(branches);
        if (late.isEmpty()) {
            other.removeLast();
        } else {
            List<BranchId> known = branches.stream().map(Branch::id).toList();
            late.forEach(l ->
                    l.branches().stream().filter(b -> !known.contains(b.id())).forEach(other::add));
        }
        return other;
    }

    private void rollback(List<Branch> branches) {
        untilAnswered(
                "rollback",
                (r, reply) -> r.rollback(gtrid, new RollbackRequest(branches, "wanted", Map.of()), reply),
                () -> done = true);
    }

    private void untilAnswered(String what, Question<Answer> question, Runnable otherwise) {
        Runnable again = () -> {
            if (world.timeline.nowMillis() < patienceEndsMillis) {
                host.after(RETRY_AFTER, () -> untilAnswered(what, question, otherwise));
            } else {
                otherwise.run();
            }
        };
        this.<Answer>ask(
                what,
                question,
                answer -> {
                    if (answer instanceof Answer.Unknown || answer instanceof Answer.Refused) {
                        replica++;
                        again.run();
                    } else {
                        done = true;
                    }
                },
                () -> {
                    replica++;
                    again.run();
                });
    }

    private interface Question<A> {
        void put(Replica replica, Consumer<A> reply);
    }

    /** Asks one replica; exactly one of both is called. */
    private <A> void ask(String what, Question<A> question, Consumer<A> answered, Runnable failed) {
        Replica asked = world.replica(replica);
        boolean[] over = new boolean[1];
        Runnable fail = () -> {
            if (!over[0]) {
                over[0] = true;
                failed.run();
            }
        };
        host.after(answerTimeout, fail);
        world.network.<A>call(
                host,
                asked.host,
                what + " T" + transfer.number(),
                reply -> question.put(asked, reply),
                answer -> {
                    if (!over[0]) {
                        over[0] = true;
                        answered.accept(answer);
                    }
                },
                fail);
    }

    boolean isDone() {
        return done || !host.isUp();
    }

    /** Votes that nobody gave, if that rule is left out. */
    private List<Branch> untrue(List<Branch> branches) {
        if (!world.mutated(Mutation.EARLY_TRUE)) {
            return branches;
        }
        return branches.stream()
                .map(b -> b.inquiring() == Inquiring.CAN && !(b.vote() instanceof Vote.ReadOnly)
                        ? b.withVote(new Vote.Prepared(""))
                        : b)
                .toList();
    }
}

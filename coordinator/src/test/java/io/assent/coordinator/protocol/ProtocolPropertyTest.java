package io.assent.coordinator.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.CommitRequest.Reply;
import io.assent.api.Decision;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.api.RollbackRequest;
import io.assent.api.Vote;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.statistics.Statistics;
import org.jspecify.annotations.Nullable;

/**
 * Whatever happens, in whatever order, late and twice: {@link World} checks every step against the rules. jqwik prints
 * the seed of a failure.
 */
class ProtocolPropertyTest {

    private static final List<Inquiring> INQUIRING =
            List.of(Inquiring.CAN, Inquiring.CAN, Inquiring.CANNOT, Inquiring.CANNOT, Inquiring.CAN);

    /** The lists that clients ask to commit, by branch number; the short ones come often so that they meet. */
    private static final List<List<Integer>> LISTS = List.of(
            List.of(0, 1),
            List.of(0, 1),
            List.of(1, 0),
            List.of(0, 1, 2),
            List.of(0, 1, 2),
            List.of(2, 3),
            List.of(0, 2, 3, 4),
            List.of(),
            List.of(0, 1, 2, 3, 4));

    enum Kind {
        BEGIN,
        ENLIST,
        COMMIT,
        COMMIT_ENLISTED,
        ROLLBACK,
        INQUIRE,
        VOTE,
        VOTE_ALL,
        DEADLINE,
        LOG_ANSWERS,
        ROW_TOLD,
        PROPOSAL_REFUSED,
        FLOOR_RISES,
        OTHER_REPLICA,
        INTENT_LANDS,
        INTENT_FOUND,
        ACKNOWLEDGE,
        HEURISTIC,
        HEURISTIC_LANDS,
        ABANDON,
        WAIT_ENDS,
        PATIENCE_ENDS,
        RETRY,
        RESTART
    }

    /** One thing that happens; a and b choose which branch, list or ticket. */
    record Move(Kind kind, int a, int b) {}

    /** What each branch votes, for it never changes its mind. */
    record Truth(List<Integer> votes) {
        Vote of(int branch) {
            return switch (votes.get(branch)) {
                case 0 -> new Vote.No("no funds");
                case 1 -> new Vote.ReadOnly();
                default -> new Vote.Prepared("xid" + branch);
            };
        }
    }

    private long ticket;

    @Property(tries = 6000)
    void everyStepKeepsTheRules(@ForAll("truths") Truth truth, @ForAll("moves") List<Move> moves) {
        ticket = 0;
        World world = new World();
        for (Move move : moves) {
            play(world, truth, move);
        }
        Statistics.collect(
                world.row().map(DecisionRow::decision).map(Decision::name).orElse("undecided"));
        Statistics.label("state").collect(world.conversation().getClass().getSimpleName());
        for (long open : world.openTickets()) {
            world.apply(new Event.PatienceEnded(open));
        }
        assertThat(world.openTickets())
                .as("every request is answered in the end")
                .isEmpty();
    }

    @Provide
    Arbitrary<Truth> truths() {
        return Arbitraries.integers()
                .between(0, 7)
                .list()
                .ofSize(INQUIRING.size())
                .map(Truth::new);
    }

    @Provide
    Arbitrary<List<Move>> moves() {
        Arbitrary<Integer> choice = Arbitraries.integers().between(0, 63);
        Arbitrary<Kind> usual = Arbitraries.of(
                Kind.COMMIT,
                Kind.COMMIT,
                Kind.VOTE_ALL,
                Kind.LOG_ANSWERS,
                Kind.LOG_ANSWERS,
                Kind.INTENT_LANDS,
                Kind.ACKNOWLEDGE,
                Kind.ACKNOWLEDGE,
                Kind.HEURISTIC,
                Kind.HEURISTIC_LANDS,
                Kind.ENLIST);
        Arbitrary<Kind> kind = Arbitraries.oneOf(usual, Arbitraries.of(Kind.class));
        return Combinators.combine(kind, choice, choice)
                .as(Move::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(40);
    }

    private void play(World world, Truth truth, Move move) {
        List<BranchId> told = new ArrayList<>(world.delivered.keySet());
        switch (move.kind()) {
            case BEGIN -> world.apply(new Event.Begun(Duration.ofSeconds(30), Map.of(), ticket++));
            case ENLIST -> world.apply(new Event.EnlistRequested(list(truth, move), ticket++));
            case COMMIT -> world.apply(commit(list(truth, move), move.b()));
            case COMMIT_ENLISTED -> world.apply(commit(null, move.b()));
            case ROLLBACK ->
                world.apply(new Event.RollbackRequested(
                        new RollbackRequest(list(truth, move), "changed my mind", Map.of()), ticket++));
            case INQUIRE -> world.apply(new Event.InquiredAfterDeadline("somebody", ticket++));
            case VOTE -> vote(world, truth, move.a() % INQUIRING.size());
            case VOTE_ALL -> {
                for (int i = 0; i < INQUIRING.size(); i++) {
                    vote(world, truth, (i + move.a()) % INQUIRING.size());
                }
            }
            case DEADLINE -> world.apply(new Event.DeadlinePassed());
            case LOG_ANSWERS -> take(world.proposals, move).ifPresent(world::logAnswers);
            case ROW_TOLD -> world.tellRow();
            case PROPOSAL_REFUSED ->
                take(world.proposals, move).ifPresent(_ -> world.apply(new Event.ProposalRefused()));
            case FLOOR_RISES -> world.raiseFloor();
            case OTHER_REPLICA -> world.win(othersProposal(truth, move));
            case INTENT_LANDS -> take(world.intents, move).ifPresent(world::intentLands);
            case INTENT_FOUND -> {
                if (!world.intentFound().isEmpty()) {
                    world.apply(new Event.IntentFound(world.intentFound()));
                }
            }
            case ACKNOWLEDGE -> {
                for (BranchId branch : told) {
                    world.apply(new Event.Acknowledged(branch, new Acknowledgement.Applied()));
                    if (move.a() % 2 == 0) {
                        break;
                    }
                }
            }
            case HEURISTIC -> {
                if (!told.isEmpty()) {
                    BranchId branch = told.get(move.a() % told.size());
                    Acknowledgement hazard =
                            new Acknowledgement.Heuristic(Acknowledgement.Kind.HEURISTIC_HAZARD, "who knows");
                    world.apply(new Event.Acknowledged(branch, hazard));
                }
            }
            case HEURISTIC_LANDS -> take(world.heuristicsUnderWay, move).ifPresent(world::heuristicLands);
            case ABANDON -> abandon(world, move, told);
            case WAIT_ENDS -> world.apply(new Event.WaitEnded(move.a() % (ticket + 1)));
            case PATIENCE_ENDS -> world.apply(new Event.PatienceEnded(move.a() % (ticket + 1)));
            case RETRY -> world.apply(new Event.RetryRequested());
            case RESTART -> world.restart();
        }
    }

    private static void vote(World world, Truth truth, int branch) {
        world.apply(new Event.Voted(id(branch), truth.of(branch)));
    }

    private static void abandon(World world, Move move, List<BranchId> told) {
        if (!told.isEmpty()) {
            BranchId branch = told.get(move.a() % told.size());
            Command.Deliver delivery = world.delivered.get(branch);
            if (delivery != null
                    && delivery.decision() == Decision.ABORT
                    && delivery.branch().inquiring() == Inquiring.CAN) {
                world.apply(new Event.DeliveryAbandoned(branch));
            }
        }
    }

    private Event commit(@Nullable List<Branch> list, int choice) {
        Duration remaining = choice % 16 == 15 ? Duration.ZERO : Duration.ofSeconds(20);
        Reply reply = choice % 2 == 0 ? Reply.APPLIED : Reply.DECIDED;
        CommitRequest request = new CommitRequest(list, remaining, reply, Duration.ofSeconds(1), Map.of());
        return new Event.CommitRequested(request, Duration.ofSeconds(5), ticket++);
    }

    /** Another replica's: it too commits only with a yes from every branch. */
    private static Proposal othersProposal(Truth truth, Move move) {
        List<Integer> numbers = LISTS.get(move.a() % LISTS.size());
        boolean allYes = numbers.stream().noneMatch(i -> truth.of(i) instanceof Vote.No);
        List<ListedBranch> list = numbers.stream()
                .map(i -> new ListedBranch(
                        id(i),
                        INQUIRING.get(i),
                        truth.of(i) instanceof Vote.ReadOnly ? PhaseTwo.READ_ONLY : PhaseTwo.TOLD,
                        ""))
                .toList();
        return allYes && move.b() % 2 == 0
                ? new Proposal(World.GTRID, Decision.COMMIT, list, null, Map.of())
                : new Proposal(
                        World.GTRID,
                        Decision.ABORT,
                        list,
                        new io.assent.api.AbortReason(io.assent.api.AbortReason.Code.NO_VOTE, ""),
                        Map.of());
    }

    /** b says by its bits which of them have voted early; one that can't inquire never does. */
    private static List<Branch> list(Truth truth, Move move) {
        return LISTS.get(move.a() % LISTS.size()).stream()
                .map(i -> {
                    boolean early = INQUIRING.get(i) == Inquiring.CAN && (move.b() >> (1 + i) & 1) == 1;
                    return new Branch(id(i), INQUIRING.get(i), early ? truth.of(i) : null);
                })
                .toList();
    }

    private static BranchId id(int branch) {
        return new BranchId(new ParticipantUrl("http://127.0.0.1:80" + branch + "/assent"), new Bqual("b" + branch));
    }

    private static <T> java.util.Optional<T> take(List<T> from, Move move) {
        return from.isEmpty() ? java.util.Optional.empty() : java.util.Optional.of(from.remove(move.a() % from.size()));
    }
}

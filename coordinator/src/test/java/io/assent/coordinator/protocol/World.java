package io.assent.coordinator.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest.Reply;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.Inquiring;
import io.assent.api.OutcomeReply.Applied;
import io.assent.api.Vote;
import io.assent.coordinator.protocol.Conversation.Delivering;
import io.assent.coordinator.protocol.Conversation.Preparing;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One replica's conversation, and a tiny decision log in memory in which the first row wins. Every step is checked
 * against the rules of docs/PROTOCOL.md.
 */
final class World {

    static final Gtrid GTRID = Gtrid.mint(1, 2, 3);
    static final int BRANCHES_MAX = 4;

    private final Protocol protocol = new Protocol(new Limits(BRANCHES_MAX));

    // The log.
    private @Nullable DecisionRow row;
    private boolean belowFloor;
    private boolean finished;
    private final Set<BranchId> heuristics = new LinkedHashSet<>();
    private final Set<BranchId> durableIntent = new TreeSet<>();
    final List<Proposal> proposals = new ArrayList<>();
    final List<LogRecord.RecordIntent> intents = new ArrayList<>();
    final List<BranchId> heuristicsUnderWay = new ArrayList<>();

    // The replica.
    private Conversation conversation = new Conversation.Unknown(GTRID);
    private @Nullable DecisionRow told;
    private Progress toldProgress = Progress.UNFINISHED;
    private final Set<BranchId> yes = new TreeSet<>();
    private final Set<BranchId> asked = new TreeSet<>();
    private List<Branch> enlisted = new ArrayList<>();

    // The branches and the clients.
    final Map<BranchId, Command.Deliver> delivered = new LinkedHashMap<>();
    final Set<BranchId> resolved = new TreeSet<>();
    private final Map<Long, Event> waiting = new LinkedHashMap<>();

    Conversation conversation() {
        return conversation;
    }

    Optional<DecisionRow> row() {
        return Optional.ofNullable(row);
    }

    List<Long> openTickets() {
        return new ArrayList<>(waiting.keySet());
    }

    Step apply(Event event) {
        ticketOf(event).ifPresent(ticket -> waiting.put(ticket, event));
        Conversation before = conversation;
        learn(before, event);
        Step step = protocol.step(before, event);
        conversation = step.next();
        step.persist().forEach(r -> persist(r, event));
        step.send().forEach(this::send);
        checkNobodyWaitsInVain();
        checkRepeatedChangesNothing(event);
        return step;
    }

    /** The process dies; what it sent is still on its way. */
    void restart() {
        conversation = new Conversation.Unknown(GTRID);
        told = null;
        yes.clear();
        enlisted = new ArrayList<>();
        waiting.clear();
        delivered.clear();
        heuristicsUnderWay.clear();
    }

    /** The log works off one proposal and answers. */
    void logAnswers(Proposal proposal) {
        if (row == null && belowFloor) {
            apply(new Event.FoundBelowFloor());
            return;
        }
        win(proposal);
        tellRow();
    }

    void win(Proposal p) {
        if (row == null && !belowFloor) {
            row = new DecisionRow(
                    GTRID,
                    p.decision(),
                    p.branches(),
                    p.abortReason().orElse(null),
                    p.labels(),
                    new UUID(0, 0),
                    Instant.EPOCH);
        }
    }

    void tellRow() {
        if (row != null) {
            Progress done = heuristics.isEmpty() ? Progress.FINISHED : Progress.HEURISTIC;
            apply(new Event.Decided(row, finished ? done : Progress.UNFINISHED));
        }
    }

    void raiseFloor() {
        belowFloor = row == null;
    }

    void intentLands(LogRecord.RecordIntent intent) {
        durableIntent.addAll(intent.branches().stream().map(ListedBranch::id).toList());
        apply(new Event.IntentRecorded(intent.branches()));
    }

    List<ListedBranch> intentFound() {
        return durableIntent.stream()
                .map(id -> new ListedBranch(id, Inquiring.CANNOT, PhaseTwo.TOLD, ""))
                .toList();
    }

    void heuristicLands(BranchId branch) {
        heuristics.add(branch);
        resolved.add(branch);
        apply(new Event.HeuristicRecorded(branch));
    }

    /** What the replica has heard of yeses, kept apart from what it makes of them. */
    private void learn(Conversation before, Event event) {
        switch (event) {
            case Event.Begun _ when before instanceof Conversation.Unknown -> enlisted = new ArrayList<>();
            case Event.EnlistRequested e
            when before instanceof Conversation.Active -> {
                Set<BranchId> all = new TreeSet<>();
                enlisted.forEach(b -> all.add(b.id()));
                e.branches().forEach(b -> all.add(b.id()));
                if (all.size() <= BRANCHES_MAX) {
                    enlisted.removeIf(b -> e.branches().stream().anyMatch(n -> n.id().equals(b.id())));
                    enlisted.addAll(e.branches());
                }
            }
            case Event.CommitRequested e
            when before instanceof Conversation.Unknown || before instanceof Conversation.Active -> {
                List<Branch> list = e.request().branches();
                yes.clear();
                asked.clear();
                asked.addAll(Listing.ids(list == null ? enlisted : list));
                (list == null ? enlisted : list)
                        .stream()
                                .filter(b -> b.vote() != null && !(b.vote() instanceof Vote.No))
                                .forEach(b -> yes.add(b.id()));
            }
            case Event.Voted e
            when before instanceof Preparing && !(e.vote() instanceof Vote.No) -> yes.add(e.branch());
            case Event.Decided e
            when told == null -> {
                told = e.row();
                toldProgress = e.progress();
            }
            case Event.DeliveryAbandoned e -> resolved.add(e.branch());
            case Event.Acknowledged e
            when e.acknowledgement() instanceof Acknowledgement.Applied -> resolved.add(e.branch());
            default -> {}
        }
    }

    private void persist(LogRecord logRecord, Event cause) {
        switch (logRecord) {
            case LogRecord.Propose propose -> {
                checkProposal(propose.proposal(), cause);
                proposals.add(propose.proposal());
            }
            case LogRecord.RecordIntent intent -> intents.add(intent);
            case LogRecord.RecordHeuristic heuristic -> {
                assertThat(heuristic.row()).isEqualTo(told);
                heuristicsUnderWay.add(heuristic.branch());
            }
        }
    }

    private void checkProposal(Proposal proposal, Event cause) {
        assertThat(told).as("nothing is proposed once the row is known").isNull();
        if (proposal.decision() == Decision.COMMIT) {
            Set<BranchId> listed = new TreeSet<>();
            proposal.branches().forEach(b -> listed.add(b.id()));
            assertThat(yes)
                    .as("R5, R22: a yes from every branch of %s after %s", listed, cause)
                    .containsAll(listed);
            assertThat(listed).as("R20: the full list that was asked for").isEqualTo(asked);
            assertThat(proposal.branches()).as("no NO in a COMMIT").noneMatch(b -> b.phaseTwo() == PhaseTwo.VOTED_NO);
        }
    }

    private void send(Command command) {
        switch (command) {
            case Command.AskVote(ListedBranch branch) -> {
                assertThat(told)
                        .as("no vote is asked for once the row is known")
                        .isNull();
                if (branch.inquiring() == Inquiring.CANNOT) {
                    assertThat(durableIntent).as("R23: the intent comes first").contains(branch.id());
                }
            }
            case Command.Deliver deliver -> checkDelivery(deliver);
            case Command.Reply(long ticket, Answer answer) -> {
                Event request = waiting.remove(ticket);
                assertThat(request)
                        .as("a request that waits for answer %s to ticket %s", answer, ticket)
                        .isNotNull();
                checkAnswer(java.util.Objects.requireNonNull(request), answer);
            }
            case Command.NoteFinished(DecisionRow finishedRow) -> {
                assertThat(finishedRow).isEqualTo(told);
                checkAllResolved();
                finished = true;
            }
            case Command.DropIntent _ -> checkAllResolved();
            case Command.ArmDeadline _ -> {}
        }
    }

    private void checkDelivery(Command.Deliver deliver) {
        DecisionRow known = knownRow("R4: nothing is delivered before the row");
        Optional<ListedBranch> listed = known.branches().stream()
                .filter(b -> b.id().equals(deliver.branch().id()))
                .findFirst();
        Decision right = listed.isPresent() ? known.decision() : Decision.ABORT;
        assertThat(deliver.decision())
                .as("R8: what %s is told", deliver.branch().id())
                .isEqualTo(right);
        listed.ifPresent(
                b -> assertThat(b.phaseTwo()).as("R20: only these are told").isEqualTo(PhaseTwo.TOLD));
        delivered.put(deliver.branch().id(), deliver);
    }

    private void checkAnswer(Event request, Answer answer) {
        Optional<List<BranchId>> asked = request instanceof Event.CommitRequested e
                ? e.request().listed().map(Listing::ids)
                : Optional.empty();
        switch (answer) {
            case Answer.Told(DecisionRow answered, Applied applied) -> {
                assertThat(answered).isEqualTo(knownRow("R4: no outcome before the row"));
                if (answered.decision() == Decision.COMMIT && asked.isPresent()) {
                    assertThat(new TreeSet<>(asked.get())).as("R9").isEqualTo(ids(answered));
                }
                if (applied == Applied.YES) {
                    checkAllResolved();
                }
            }
            case Answer.ListMismatch(List<BranchId> requested, DecisionRow answered) -> {
                assertThat(answered).isEqualTo(knownRow("R4: no outcome before the row"));
                assertThat(answered.decision()).isEqualTo(Decision.COMMIT);
                // Without a list in the request it is held to what was enlisted.
                asked.ifPresent(list -> assertThat(requested).isEqualTo(list));
                assertThat(new TreeSet<>(requested)).as("R9").isNotEqualTo(ids(answered));
            }
            case Answer.Gone _ -> assertThat(belowFloor).as("R15").isTrue();
            case Answer.Begun _,
                    Answer.Enlisted _,
                    Answer.NotTheEnlisted _,
                    Answer.AlreadyBegun _,
                    Answer.AlreadyDeciding _,
                    Answer.NotBegun _,
                    Answer.TooManyBranches _,
                    Answer.Unknown _ -> {}
            case Answer.Refused refused -> throw new AssertionError("the protocol refuses nothing: " + refused);
        }
    }

    /** Every branch that has to be told has answered, or the log said so when the row was read. */
    private void checkAllResolved() {
        DecisionRow known = knownRow("nothing is over before the row");
        Set<BranchId> toBeTold = new TreeSet<>(delivered.keySet());
        if (toldProgress == Progress.UNFINISHED) {
            known.branches().stream().filter(ListedBranch::isTold).forEach(b -> toBeTold.add(b.id()));
        }
        assertThat(resolved).as("every branch has acknowledged").containsAll(toBeTold);
    }

    private void checkNobodyWaitsInVain() {
        for (Event request : waiting.values()) {
            switch (conversation) {
                case Conversation.Preparing _, Conversation.Deciding _ -> {}
                case Delivering d -> {
                    assertThat(d.row().decision())
                            .as("an abort is told at once")
                            .isEqualTo(Decision.COMMIT);
                    assertThat(request instanceof Event.CommitRequested e
                                    && e.request().reply() == Reply.APPLIED)
                            .as("only APPLIED waits for phase two, not %s", request)
                            .isTrue();
                }
                case Conversation.Unknown _, Conversation.Active _, Conversation.Finished _, Conversation.Gone _ ->
                    throw new AssertionError(request + " waits for nothing in " + conversation);
            }
        }
    }

    private void checkRepeatedChangesNothing(Event event) {
        if (event instanceof Event.IntentFound || ticketOf(event).isPresent()) {
            return;
        }
        Step again = protocol.step(conversation, event);
        assertThat(again.next()).as("%s once more", event).isEqualTo(conversation);
        assertThat(again.persist()).as("%s once more", event).isEmpty();
        if (!(event instanceof Event.RetryRequested)) {
            assertThat(again.send())
                    .as("%s once more", event)
                    .allMatch(c -> conversation instanceof Conversation.Finished
                            && (c instanceof Command.DropIntent || c instanceof Command.NoteFinished));
        }
    }

    private DecisionRow knownRow(String rule) {
        assertThat(told).as(rule).isNotNull().isEqualTo(row);
        return java.util.Objects.requireNonNull(told);
    }

    private static Set<BranchId> ids(DecisionRow row) {
        Set<BranchId> ids = new TreeSet<>();
        row.branches().forEach(b -> ids.add(b.id()));
        return ids;
    }

    private static Optional<Long> ticketOf(Event event) {
        return switch (event) {
            case Event.Begun e -> Optional.of(e.ticket());
            case Event.EnlistRequested e -> Optional.of(e.ticket());
            case Event.CommitRequested e -> Optional.of(e.ticket());
            case Event.RollbackRequested e -> Optional.of(e.ticket());
            case Event.InquiredAfterDeadline e -> Optional.of(e.ticket());
            case Event.IntentRecorded _,
                    Event.Voted _,
                    Event.DeadlinePassed _,
                    Event.Decided _,
                    Event.FoundBelowFloor _,
                    Event.ProposalRefused _,
                    Event.Acknowledged _,
                    Event.HeuristicRecorded _,
                    Event.WaitEnded _,
                    Event.PatienceEnded _,
                    Event.IntentFound _,
                    Event.DeliveryAbandoned _,
                    Event.RetryRequested _ -> Optional.empty();
        };
    }
}

package io.assent.coordinator.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.AbortReason;
import io.assent.api.AbortReason.Code;
import io.assent.api.Bqual;
import io.assent.api.Branch;
import io.assent.api.BranchId;
import io.assent.api.CommitRequest;
import io.assent.api.CommitRequest.Reply;
import io.assent.api.Decision;
import io.assent.api.Inquiring;
import io.assent.api.OutcomeReply.Applied;
import io.assent.api.ParticipantUrl;
import io.assent.api.RollbackRequest;
import io.assent.api.Vote;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is answered, asked, proposed and told, one case at a time. */
class ProtocolTest {

    private static final BranchId NORTH = id("north");
    private static final BranchId SOUTH = id("south");
    private static final BranchId PLAIN = id("plain");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final Protocol protocol = new Protocol(new Limits(3));
    private Conversation conversation = new Conversation.Unknown(World.GTRID);

    @Test
    void answersBegun() {
        assertThat(replies(begin(1))).containsExactly(new Command.Reply(1, new Answer.Begun()));
    }

    @Test
    void answersAlreadyBegun() {
        begin(1);
        assertThat(replies(begin(2))).containsExactly(new Command.Reply(2, new Answer.AlreadyBegun()));
    }

    @Test
    void answersEnlistedWithTheNumberOfBranches() {
        begin(1);
        apply(new Event.EnlistRequested(List.of(unasked(NORTH)), 2));
        Step step = apply(new Event.EnlistRequested(List.of(unasked(NORTH), unasked(SOUTH)), 3));
        assertThat(replies(step)).containsExactly(new Command.Reply(3, new Answer.Enlisted(2)));
    }

    @Test
    void answersNotBegunToEnlistingIntoTheUnknown() {
        Step step = apply(new Event.EnlistRequested(List.of(unasked(NORTH)), 1));
        assertThat(replies(step)).containsExactly(new Command.Reply(1, new Answer.NotBegun()));
    }

    @Test
    void answersAlreadyDecidingToEnlistingAfterCommit() {
        apply(commit(1, yes(NORTH)));
        Step step = apply(new Event.EnlistRequested(List.of(unasked(SOUTH)), 2));
        assertThat(replies(step)).containsExactly(new Command.Reply(2, new Answer.AlreadyDeciding()));
    }

    @Test
    void answersTooManyBranchesAndDecidesNothing() {
        Branch[] four = {yes(NORTH), yes(SOUTH), unasked(PLAIN), yes(id("fourth"))};
        Step step = apply(commit(1, four));
        assertThat(replies(step)).containsExactly(new Command.Reply(1, new Answer.TooManyBranches(4, 3)));
        assertThat(step.persist()).isEmpty();
    }

    @Test
    void answersNotTheEnlistedIfTheRequestListsOthers() {
        begin(1);
        apply(new Event.EnlistRequested(List.of(yes(NORTH), yes(SOUTH)), 2));
        Step step = apply(commit(3, yes(NORTH)));
        assertThat(replies(step))
                .containsExactly(
                        new Command.Reply(3, new Answer.NotTheEnlisted(List.of(NORTH), List.of(NORTH, SOUTH))));
        assertThat(step.persist()).isEmpty();
    }

    @Test
    void commitsAtOnceWithEarlyVotesOfAll() {
        Step step = apply(commit(1, yes(NORTH), new Branch(SOUTH, Inquiring.CAN, new Vote.ReadOnly())));
        Proposal proposal = proposal(step);
        assertThat(proposal.decision()).isEqualTo(Decision.COMMIT);
        assertThat(proposal.branches())
                .extracting(ListedBranch::phaseTwo)
                .containsExactly(PhaseTwo.TOLD, PhaseTwo.READ_ONLY);
        assertThat(step.send()).isEmpty();
    }

    @Test
    void asksOnlyThoseThatHaveNotVoted() {
        Step step = apply(commit(1, yes(NORTH), unasked(SOUTH)));
        assertThat(step.persist()).isEmpty();
        assertThat(asked(step)).containsExactly(SOUTH);
        assertThat(step.send()).contains(new Command.ArmDeadline(PATIENCE));
    }

    @Test
    void proposesCommitOnTheLastYes() {
        apply(commit(1, unasked(NORTH), unasked(SOUTH)));
        assertThat(apply(voted(NORTH, new Vote.Prepared("1"))).persist()).isEmpty();
        assertThat(apply(voted(NORTH, new Vote.Prepared("1"))).persist()).isEmpty();
        Proposal proposal = proposal(apply(voted(SOUTH, new Vote.Prepared("2"))));
        assertThat(proposal.decision()).isEqualTo(Decision.COMMIT);
        assertThat(proposal.branches()).extracting(ListedBranch::evidence).containsExactly("1", "2");
    }

    @Test
    void abortsWhenAnyBranchVotesNo() {
        apply(commit(1, unasked(NORTH), unasked(SOUTH)));
        Proposal proposal = proposal(apply(voted(SOUTH, new Vote.No("no funds"))));
        assertThat(proposal.decision()).isEqualTo(Decision.ABORT);
        assertThat(proposal.reason()).isEqualTo(new AbortReason(Code.VOTED_NO, "no funds (" + SOUTH + ")"));
        assertThat(proposal.branches())
                .extracting(ListedBranch::phaseTwo)
                .containsExactly(PhaseTwo.TOLD, PhaseTwo.VOTED_NO);
    }

    @Test
    void abortsOnAnEarlyNo() {
        Branch no = new Branch(SOUTH, Inquiring.CAN, new Vote.No("no funds"));
        assertThat(reasonOf(apply(commit(1, yes(NORTH), no)))).isEqualTo(Code.VOTED_NO);
    }

    @Test
    void abortsOnSilenceAndNamesTheSilent() {
        apply(commit(1, yes(NORTH), unasked(SOUTH)));
        Proposal proposal = proposal(apply(new Event.DeadlinePassed()));
        assertThat(proposal.reason()).isEqualTo(new AbortReason(Code.NO_VOTE, "no vote from " + SOUTH));
    }

    @Test
    void abortsForEachReasonOfItsOwn() {
        begin(1);
        assertThat(reasonOf(apply(new Event.DeadlinePassed()))).isEqualTo(Code.DEADLINE_PASSED);
        conversation = new Conversation.Unknown(World.GTRID);
        assertThat(reasonOf(apply(new Event.InquiredAfterDeadline("north", 2))))
                .isEqualTo(Code.INQUIRED_AFTER_DEADLINE);
        conversation = new Conversation.Unknown(World.GTRID);
        assertThat(reasonOf(apply(rollback(3)))).isEqualTo(Code.ROLLBACK_REQUESTED);
        conversation = new Conversation.Unknown(World.GTRID);
        assertThat(reasonOf(apply(request(4, null, PATIENCE, Reply.APPLIED)))).isEqualTo(Code.COORDINATOR_RESTARTED);
        conversation = new Conversation.Unknown(World.GTRID);
        assertThat(reasonOf(apply(request(5, List.of(yes(NORTH)), Duration.ZERO, Reply.APPLIED))))
                .isEqualTo(Code.DEADLINE_PASSED);
    }

    @Test
    void answersDecidedWithTheRowAndAppliedAfterTheLastAcknowledgement() {
        apply(commit(1, yes(NORTH), yes(SOUTH)));
        apply(request(2, List.of(yes(SOUTH), yes(NORTH)), PATIENCE, Reply.DECIDED));
        DecisionRow row = row(Decision.COMMIT, told(NORTH), told(SOUTH));
        Step decided = apply(new Event.Decided(row, Progress.UNFINISHED));
        assertThat(replies(decided)).containsExactly(new Command.Reply(2, new Answer.Told(row, Applied.PENDING)));
        assertThat(deliveries(decided))
                .containsExactly(deliver(NORTH, Decision.COMMIT), deliver(SOUTH, Decision.COMMIT));
        assertThat(apply(acknowledged(NORTH)).send()).isEmpty();
        assertThat(apply(acknowledged(SOUTH)).send())
                .containsExactly(
                        new Command.Reply(1, new Answer.Told(row, Applied.YES)), new Command.NoteFinished(row));
    }

    @Test
    void answersAnAbortAtOnce() {
        apply(commit(1, yes(NORTH)));
        DecisionRow row = row(Decision.ABORT, told(NORTH));
        Step step = apply(new Event.Decided(row, Progress.UNFINISHED));
        assertThat(replies(step)).containsExactly(new Command.Reply(1, new Answer.Told(row, Applied.PENDING)));
        assertThat(deliveries(step)).containsExactly(deliver(NORTH, Decision.ABORT));
    }

    @Test
    void answersListMismatchIfAnotherListWon() {
        apply(commit(1, yes(NORTH), yes(SOUTH)));
        DecisionRow row = row(Decision.COMMIT, told(NORTH));
        Step step = apply(new Event.Decided(row, Progress.UNFINISHED));
        assertThat(replies(step))
                .containsExactly(new Command.Reply(1, new Answer.ListMismatch(List.of(NORTH, SOUTH), row)));
        assertThat(deliveries(step)).containsExactly(deliver(NORTH, Decision.COMMIT), deliver(SOUTH, Decision.ABORT));
    }

    @Test
    void answersListMismatchAlsoToACommitOfTheEnlisted() {
        begin(1);
        apply(new Event.EnlistRequested(List.of(yes(NORTH), yes(SOUTH)), 2));
        apply(request(3, null, Duration.ofSeconds(30), Reply.APPLIED));
        DecisionRow row = row(Decision.COMMIT, told(NORTH));
        Step step = apply(new Event.Decided(row, Progress.UNFINISHED));
        assertThat(replies(step))
                .containsExactly(new Command.Reply(3, new Answer.ListMismatch(List.of(NORTH, SOUTH), row)));
    }

    @Test
    void answersListMismatchAlsoWhenFinished() {
        DecisionRow row = row(Decision.COMMIT, told(NORTH));
        apply(new Event.Decided(row, Progress.FINISHED));
        Step step = apply(commit(1, yes(SOUTH)));
        assertThat(replies(step)).containsExactly(new Command.Reply(1, new Answer.ListMismatch(List.of(SOUTH), row)));
    }

    @Test
    void answersHeuristicOnlyWhenThatIsDurable() {
        apply(commit(1, yes(NORTH)));
        DecisionRow row = row(Decision.COMMIT, told(NORTH));
        apply(new Event.Decided(row, Progress.UNFINISHED));
        var heuristic = new Acknowledgement.Heuristic(Acknowledgement.Kind.HEURISTIC_ROLLBACK, "by hand");
        Step step = apply(new Event.Acknowledged(NORTH, heuristic));
        assertThat(step.persist()).containsExactly(new LogRecord.RecordHeuristic(row, NORTH, heuristic));
        assertThat(step.send()).isEmpty();
        assertThat(replies(apply(new Event.HeuristicRecorded(NORTH))))
                .containsExactly(new Command.Reply(1, new Answer.Told(row, Applied.HEURISTIC)));
    }

    @Test
    void answersPendingWhenTheWaitForAppliedEnds() {
        apply(commit(1, yes(NORTH)));
        DecisionRow row = row(Decision.COMMIT, told(NORTH));
        apply(new Event.Decided(row, Progress.UNFINISHED));
        assertThat(replies(apply(new Event.WaitEnded(1))))
                .containsExactly(new Command.Reply(1, new Answer.Told(row, Applied.PENDING)));
        assertThat(replies(apply(acknowledged(NORTH)))).isEmpty();
    }

    @Test
    void answersHeuristicWhenTheWaitEndsAndOneOutcomeIsOnRecord() {
        apply(commit(1, yes(NORTH), yes(SOUTH)));
        DecisionRow row = row(Decision.COMMIT, told(NORTH), told(SOUTH));
        apply(new Event.Decided(row, Progress.UNFINISHED));
        apply(new Event.Acknowledged(
                NORTH, new Acknowledgement.Heuristic(Acknowledgement.Kind.HEURISTIC_ROLLBACK, "by hand")));
        apply(new Event.HeuristicRecorded(NORTH));
        assertThat(replies(apply(new Event.WaitEnded(1))))
                .containsExactly(new Command.Reply(1, new Answer.Told(row, Applied.HEURISTIC)));
    }

    @Test
    void answersUnknownWhenPatienceEndsBeforeTheRow() {
        apply(commit(1, unasked(NORTH)));
        assertThat(replies(apply(new Event.PatienceEnded(1))))
                .containsExactly(new Command.Reply(1, new Answer.Unknown()));
    }

    @Test
    void isContentWithTheDecisionWhenTheWaitForAppliedEndsBeforeTheRow() {
        apply(commit(1, yes(NORTH)));
        assertThat(replies(apply(new Event.WaitEnded(1)))).isEmpty();
        DecisionRow row = row(Decision.COMMIT, told(NORTH));
        assertThat(replies(apply(new Event.Decided(row, Progress.UNFINISHED))))
                .containsExactly(new Command.Reply(1, new Answer.Told(row, Applied.PENDING)));
    }

    @Test
    void answersUnknownWhenTheLogTakesNoProposal() {
        apply(commit(1, yes(NORTH)));
        assertThat(replies(apply(new Event.ProposalRefused())))
                .containsExactly(new Command.Reply(1, new Answer.Unknown()));
    }

    @Test
    void answersGoneBelowTheFloorAndEverAfter() {
        apply(commit(1, yes(NORTH)));
        assertThat(replies(apply(new Event.FoundBelowFloor())))
                .containsExactly(new Command.Reply(1, new Answer.Gone()));
        assertThat(replies(apply(rollback(2)))).containsExactly(new Command.Reply(2, new Answer.Gone()));
    }

    @Test
    void readOnlyBranchStaysInTheListAndIsNeverTold() {
        apply(commit(1, yes(NORTH), unasked(SOUTH)));
        Proposal proposal = proposal(apply(voted(SOUTH, new Vote.ReadOnly())));
        Step step = apply(new Event.Decided(row(Decision.COMMIT, proposal.branches()), Progress.UNFINISHED));
        assertThat(deliveries(step)).extracting(d -> d.branch().id()).containsExactly(NORTH);
        assertThat(replies(apply(acknowledged(NORTH)))).hasSize(1);
    }

    @Test
    void intentIsDurableBeforeThoseThatCannotInquireAreAsked() {
        Step step = apply(commit(1, unasked(NORTH), new Branch(PLAIN, Inquiring.CANNOT, null)));
        assertThat(asked(step)).isEmpty();
        List<ListedBranch> intent = intent(step);
        assertThat(intent).extracting(ListedBranch::id).containsExactly(NORTH, PLAIN);
        assertThat(asked(apply(new Event.IntentRecorded(intent)))).containsExactly(NORTH, PLAIN);
        assertThat(asked(apply(new Event.IntentRecorded(intent)))).isEmpty();
    }

    /** An earlier request's record that lands late is not the intent of this one. */
    @Test
    void intentOfAnotherListDoesNotCount() {
        BranchId other = id("other");
        Step first = apply(commit(1, new Branch(PLAIN, Inquiring.CANNOT, null)));
        apply(new Event.DeadlinePassed());
        apply(new Event.ProposalRefused());
        Step second =
                apply(commit(2, new Branch(PLAIN, Inquiring.CANNOT, null), new Branch(other, Inquiring.CANNOT, null)));
        assertThat(asked(apply(new Event.IntentRecorded(intent(first))))).isEmpty();
        assertThat(asked(apply(new Event.IntentRecorded(intent(second))))).containsExactly(PLAIN, other);
    }

    @Test
    void intentIsDroppedWhenAllOfItIsResolved() {
        apply(new Event.IntentFound(List.of(told(PLAIN))));
        DecisionRow row = row(Decision.ABORT, told(PLAIN));
        Step decided = apply(new Event.Decided(row, Progress.UNFINISHED));
        Command drop = new Command.DropIntent(World.GTRID, List.of(PLAIN));
        assertThat(decided.send()).doesNotContain(drop);
        assertThat(apply(acknowledged(PLAIN)).send()).contains(drop);
    }

    @Test
    void retryDeliversOnlyWhatIsOpen() {
        DecisionRow row = row(Decision.COMMIT, told(NORTH), told(SOUTH));
        apply(new Event.Decided(row, Progress.UNFINISHED));
        apply(acknowledged(NORTH));
        assertThat(deliveries(apply(new Event.RetryRequested()))).containsExactly(deliver(SOUTH, Decision.COMMIT));
    }

    @Test
    void abandonedDeliveryOfAbortCountsAsOver() {
        DecisionRow row = row(Decision.ABORT, told(NORTH));
        apply(new Event.Decided(row, Progress.UNFINISHED));
        assertThat(apply(new Event.DeliveryAbandoned(NORTH)).send()).contains(new Command.NoteFinished(row));
    }

    @Test
    void rollbackAfterCommitIsToldTheRow() {
        DecisionRow row = row(Decision.COMMIT, told(NORTH));
        apply(new Event.Decided(row, Progress.UNFINISHED));
        assertThat(replies(apply(rollback(1))))
                .containsExactly(new Command.Reply(1, new Answer.Told(row, Applied.PENDING)));
    }

    private Step apply(Event event) {
        Step step = protocol.step(conversation, event);
        conversation = step.next();
        return step;
    }

    private Step begin(long ticket) {
        return apply(new Event.Begun(Duration.ofSeconds(30), Map.of(), ticket));
    }

    private static Event commit(long ticket, Branch... branches) {
        return request(ticket, List.of(branches), Duration.ofSeconds(30), Reply.APPLIED);
    }

    private static Event request(long ticket, @Nullable List<Branch> branches, Duration remaining, Reply reply) {
        var request = new CommitRequest(branches, remaining, reply, Duration.ofSeconds(1), Map.of());
        return new Event.CommitRequested(request, PATIENCE, ticket);
    }

    private static Event rollback(long ticket) {
        return new Event.RollbackRequested(new RollbackRequest(List.of(), "changed my mind", Map.of()), ticket);
    }

    private static Event voted(BranchId branch, Vote vote) {
        return new Event.Voted(branch, vote);
    }

    private static Event acknowledged(BranchId branch) {
        return new Event.Acknowledged(branch, new Acknowledgement.Applied());
    }

    private static Branch yes(BranchId id) {
        return new Branch(id, Inquiring.CAN, new Vote.Prepared(""));
    }

    private static Branch unasked(BranchId id) {
        return new Branch(id, Inquiring.CAN, null);
    }

    private static ListedBranch told(BranchId id) {
        return new ListedBranch(id, Inquiring.CAN, PhaseTwo.TOLD, "");
    }

    private static Command.Deliver deliver(BranchId id, Decision decision) {
        return new Command.Deliver(told(id), decision);
    }

    private static DecisionRow row(Decision decision, ListedBranch... branches) {
        return row(decision, List.of(branches));
    }

    private static DecisionRow row(Decision decision, List<ListedBranch> branches) {
        AbortReason reason = decision == Decision.ABORT ? new AbortReason(Code.NO_VOTE, "") : null;
        return new DecisionRow(World.GTRID, decision, branches, reason, Map.of(), new UUID(0, 0), Instant.EPOCH);
    }

    private static List<Command.Reply> replies(Step step) {
        return only(step, Command.Reply.class);
    }

    private static List<Command.Deliver> deliveries(Step step) {
        return only(step, Command.Deliver.class);
    }

    private static List<BranchId> asked(Step step) {
        return only(step, Command.AskVote.class).stream()
                .map(a -> a.branch().id())
                .toList();
    }

    private static <C extends Command> List<C> only(Step step, Class<C> type) {
        return step.send().stream().filter(type::isInstance).map(type::cast).toList();
    }

    private static Proposal proposal(Step step) {
        assertThat(step.persist()).hasSize(1);
        assertThat(step.persist().getFirst()).isInstanceOf(LogRecord.Propose.class);
        return ((LogRecord.Propose) step.persist().getFirst()).proposal();
    }

    private static Code reasonOf(Step step) {
        Proposal proposal = proposal(step);
        assertThat(proposal.decision()).isEqualTo(Decision.ABORT);
        return proposal.abortReason().orElseThrow().code();
    }

    private static List<ListedBranch> intent(Step step) {
        assertThat(step.persist()).hasSize(1);
        assertThat(step.persist().getFirst()).isInstanceOf(LogRecord.RecordIntent.class);
        return ((LogRecord.RecordIntent) step.persist().getFirst()).branches();
    }

    private static BranchId id(String name) {
        return new BranchId(new ParticipantUrl("http://" + name + ":8080/assent"), new Bqual(name));
    }
}

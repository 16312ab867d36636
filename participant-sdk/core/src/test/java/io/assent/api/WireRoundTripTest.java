package io.assent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;

/** What was written is what is read. */
@Domain(WireArbitraries.class)
@Domain(net.jqwik.api.domains.DomainContext.Global.class)
final class WireRoundTripTest {

    @Property
    void gtrid(@ForAll Gtrid gtrid) {
        assertThat(Gtrid.parse(gtrid.toString())).isEqualTo(gtrid);
        assertThat(Gtrid.parse(gtrid.toString().toUpperCase(Locale.ROOT))).isEqualTo(gtrid);
    }

    @Property
    void gtridCarriesItsMintTimeAndIsOrderedByItsText(@ForAll Gtrid one, @ForAll Gtrid other) {
        assertThat(Gtrid.mint(one.mintedAtMillis(), 1, 1).mintedAtMillis()).isEqualTo(one.mintedAtMillis());
        assertThat(Gtrid.floorOf(one.mintedAtMillis())).isLessThanOrEqualTo(one);
        assertThat(Integer.signum(one.compareTo(other)))
                .isEqualTo(Integer.signum(one.toString().compareTo(other.toString())));
    }

    @Property
    void onlyVersion7IsAGtrid(@ForAll long high, @ForAll long low) {
        UUID uuid = new UUID(high, low);
        boolean version7 = uuid.version() == 7 && uuid.variant() == 2;
        boolean read = true;
        try {
            Gtrid.parse(uuid.toString());
        } catch (MalformedException e) {
            read = false;
        }
        assertThat(read).isEqualTo(version7);
    }

    @Property
    void context(@ForAll Gtrid gtrid, @ForAll @LongRange(min = 0, max = 9_999_999_999L) long millis) {
        TransactionContext context = new TransactionContext(gtrid, Duration.ofMillis(millis));
        assertThat(TransactionContext.parse(context.toHeader())).isEqualTo(context);
    }

    @Property
    void joinedBranches(@ForAll JoinedBranches joined) {
        String header = joined.toHeader();
        assertThat(header).matches("[\\x21-\\x7e]*");
        assertThat(JoinedBranches.parse(header)).isEqualTo(joined);
    }

    @Property
    void theUnionNamesEachBranchOnceAndForgetsNoDoubt(@ForAll JoinedBranches one, @ForAll JoinedBranches other) {
        JoinedBranches union = JoinedBranches.union(List.of(one, other, one));
        assertThat(union.branches()).extracting(Branch::id).doesNotHaveDuplicates();
        assertThat(union.branches())
                .extracting(Branch::id)
                .containsAll(one.branches().stream().map(Branch::id).toList())
                .containsAll(other.branches().stream().map(Branch::id).toList());
        assertThat(union.whyIncomplete().isPresent())
                .isEqualTo(
                        one.whyIncomplete().isPresent() || other.whyIncomplete().isPresent());
    }

    @Property
    void theUnionKeepsTheWorstVoteWhateverTheOrder(@ForAll Branch branch) {
        Branch no = branch.withVote(new Vote.No("no"));
        for (List<Branch> order : List.of(List.of(branch, no), List.of(no, branch))) {
            JoinedBranches union = JoinedBranches.union(order.stream()
                    .map(one -> new JoinedBranches(List.of(one), null))
                    .toList());
            assertThat(union.branches())
                    .singleElement()
                    .satisfies(one -> assertThat(one.vote()).isInstanceOf(Vote.No.class));
        }
    }

    @Property
    void commitRequest(@ForAll CommitRequest request) {
        assertThat(TransactionJson.readCommit(TransactionJson.writeCommit(request)))
                .isEqualTo(request);
    }

    @Property
    void rollbackRequest(@ForAll RollbackRequest request) {
        assertThat(TransactionJson.readRollback(TransactionJson.writeRollback(request)))
                .isEqualTo(request);
    }

    @Property
    void outcome(@ForAll OutcomeReply reply) {
        assertThat(TransactionJson.readOutcome(TransactionJson.writeOutcome(reply)))
                .isEqualTo(reply);
    }

    @Property
    void instructions(@ForAll @Size(max = 5) List<Instruction> instructions) {
        assertThat(InstructionJson.readInstructions(InstructionJson.writeInstructions(instructions)))
                .isEqualTo(instructions);
    }

    @Property
    void results(@ForAll @Size(max = 5) List<InstructionResult> results) {
        assertThat(InstructionJson.readResults(InstructionJson.writeResults(results)))
                .isEqualTo(results);
    }

    @Property
    void inquiries(@ForAll @Size(max = 5) List<Inquiry> inquiries) {
        assertThat(InquiryJson.readInquiries(InquiryJson.writeInquiries(inquiries)))
                .isEqualTo(inquiries);
    }

    @Property
    void answers(@ForAll @Size(max = 5) List<Inquiry.Answer> answers) {
        assertThat(InquiryJson.readAnswers(InquiryJson.writeAnswers(answers))).isEqualTo(answers);
    }

    @Property
    void completions(@ForAll @Size(max = 5) List<Completion> completions) {
        Map<Gtrid, Completion> each =
                completions.stream().collect(Collectors.toMap(Completion::gtrid, one -> one, (one, _) -> one));
        List<Completion> read = CommitsJson.read(CommitsJson.write(List.copyOf(each.values()))).stream()
                .map(CommitsJson.Unread::read)
                .toList();
        assertThat(read).containsExactlyInAnyOrderElementsOf(each.values());
    }

    @Property
    void oneTransactionTwiceIsMalformed(@ForAll Completion one, @ForAll RollbackRequest rollback) {
        byte[] body = CommitsJson.write(List.of(one, new Completion.Rollback(one.gtrid(), rollback)));
        assertThatThrownBy(() -> CommitsJson.read(body))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining(one.gtrid().toString());
    }

    @Property
    void commitLine(@ForAll Gtrid gtrid, @ForAll @IntRange(max = 999_999) int retryAfterSeconds) {
        OutcomeReply reply = new OutcomeReply(gtrid, Decision.COMMIT, OutcomeReply.Applied.YES, null);
        byte[] bytes = CommitsJson.writeLine(gtrid, 200, retryAfterSeconds, TransactionJson.writeOutcome(reply));
        assertThat(bytes).endsWith((byte) '\n').containsOnlyOnce((byte) '\n');
        CommitsJson.Line line = CommitsJson.readLine(bytes);
        assertThat(line.gtrid()).isEqualTo(gtrid);
        assertThat(line.status()).isEqualTo(200);
        assertThat(line.retryAfter()).isEqualTo(Duration.ofSeconds(retryAfterSeconds));
        assertThat(TransactionJson.readOutcome(line.body())).isEqualTo(reply);
    }
}

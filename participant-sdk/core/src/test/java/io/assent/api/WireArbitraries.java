package io.assent.api;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Provide;
import net.jqwik.api.domains.DomainContextBase;

/** Everything that may travel, as arbitrary values. */
final class WireArbitraries extends DomainContextBase {

    static final int TEXT_LENGTH_MAX = 200;

    /** Text of any well-formed characters, those outside the basic plane too. */
    static Arbitrary<String> texts(int lengthMax) {
        return Arbitraries.strings()
                .withChars("aZ09 ;,=%+\"\\/&?#äß€漢")
                .withCharRange(' ', '~')
                .withCharRange('\u00a0', '\u024f')
                .ofMaxLength(lengthMax - 2)
                .map(text -> text.length() % 3 == 0 ? text + "😀" : text);
    }

    @Provide
    Arbitrary<Gtrid> gtrids() {
        return Combinators.combine(
                        Arbitraries.longs().between(0, (1L << 48) - 1), Arbitraries.longs(), Arbitraries.longs())
                .as(Gtrid::mint);
    }

    @Provide
    Arbitrary<Bqual> bquals() {
        return Arbitraries.strings()
                .withCharRange('a', 'z')
                .withCharRange('A', 'Z')
                .numeric()
                .withChars("_-")
                .ofMinLength(1)
                .ofMaxLength(64)
                .map(Bqual::new);
    }

    @Provide
    Arbitrary<ParticipantUrl> participants() {
        return Combinators.combine(
                        Arbitraries.of("http", "https"),
                        Arbitraries.of("127.0.0.1", "north.example", "[::1]", "a"),
                        Arbitraries.integers().between(1, 65535),
                        Arbitraries.of("", "/", "/assent", "/a/b;c=d,e", "/%3B%2C"))
                .as((scheme, host, port, path) -> new ParticipantUrl(scheme + "://" + host + ":" + port + path));
    }

    @Provide
    Arbitrary<Branch> branches() {
        Arbitrary<BranchId> ids = Combinators.combine(participants(), bquals()).as(BranchId::new);
        Arbitrary<Vote> votes = Arbitraries.oneOf(
                texts(TEXT_LENGTH_MAX).map(Vote.Prepared::new),
                texts(TEXT_LENGTH_MAX).map(Vote.No::new),
                Arbitraries.of(new Vote.ReadOnly()));
        Arbitrary<Branch> inquiring =
                Combinators.combine(ids, votes).as((id, vote) -> new Branch(id, Inquiring.CAN, vote));
        Arbitrary<Branch> unasked =
                Combinators.combine(ids, Arbitraries.of(Inquiring.class)).as((id, kind) -> new Branch(id, kind, null));
        return Arbitraries.oneOf(inquiring, unasked);
    }

    @Provide
    Arbitrary<List<Branch>> lists() {
        return branches().list().ofMaxSize(12).uniqueElements(Branch::id);
    }

    @Provide
    Arbitrary<JoinedBranches> joined() {
        return Combinators.combine(lists(), texts(TEXT_LENGTH_MAX).injectNull(0.5))
                .as(JoinedBranches::new);
    }

    @Provide
    Arbitrary<Map<String, String>> labels() {
        return Arbitraries.maps(
                        Arbitraries.strings()
                                .alpha()
                                .numeric()
                                .withChars("_.-")
                                .ofMinLength(1)
                                .ofMaxLength(32),
                        texts(64))
                .ofMaxSize(8);
    }

    @Provide
    Arbitrary<CommitRequest> commits() {
        Arbitrary<Duration> durations =
                Arbitraries.longs().between(0, 100_000_000).map(Duration::ofMillis);
        return Combinators.combine(
                        lists().injectNull(0.1),
                        durations,
                        Arbitraries.of(CommitRequest.Reply.class),
                        durations,
                        labels())
                .as(CommitRequest::new);
    }

    @Provide
    Arbitrary<RollbackRequest> rollbacks() {
        return Combinators.combine(lists(), texts(TEXT_LENGTH_MAX), labels()).as(RollbackRequest::new);
    }

    @Provide
    Arbitrary<Completion> completions() {
        Arbitrary<Completion> commits = Combinators.combine(gtrids(), commits()).as(Completion.Commit::new);
        Arbitrary<Completion> rollbacks =
                Combinators.combine(gtrids(), rollbacks()).as(Completion.Rollback::new);
        return Arbitraries.oneOf(commits, rollbacks);
    }

    @Provide
    Arbitrary<OutcomeReply> outcomes() {
        Arbitrary<AbortReason> reasons = Combinators.combine(
                        Arbitraries.of(AbortReason.Code.class), texts(TEXT_LENGTH_MAX))
                .as(AbortReason::new);
        return Combinators.combine(
                        gtrids(),
                        Arbitraries.of(Decision.class),
                        Arbitraries.of(OutcomeReply.Applied.class),
                        reasons.injectNull(0.3))
                .as(OutcomeReply::new);
    }

    @Provide
    Arbitrary<Instruction> instructions() {
        return Combinators.combine(Arbitraries.of(Instruction.Action.class), gtrids(), bquals(), texts(TEXT_LENGTH_MAX))
                .as(Instruction::new);
    }

    @Provide
    Arbitrary<InstructionResult> results() {
        return Combinators.combine(
                        gtrids(),
                        bquals(),
                        Arbitraries.of(InstructionResult.Result.class),
                        texts(TEXT_LENGTH_MAX),
                        texts(TEXT_LENGTH_MAX))
                .as(InstructionResult::new);
    }

    @Provide
    Arbitrary<Inquiry> inquiries() {
        return Combinators.combine(gtrids(), bquals(), Arbitraries.of(Inquiry.Deadline.class))
                .as(Inquiry::new);
    }

    @Provide
    Arbitrary<Inquiry.Answer> answers() {
        return Combinators.combine(gtrids(), bquals(), Arbitraries.of(Inquiry.Verdict.class))
                .as(Inquiry.Answer::new);
    }
}

package io.assent.coordinator.engine;

import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.Inquiry.Verdict;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.DecisionLog.Availability;
import io.assent.coordinator.protocol.Answer;
import io.assent.coordinator.protocol.Conversation;
import io.assent.coordinator.protocol.DecisionRow;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/**
 * Answers participants that ask about branches in doubt, always by a row or by the floor, never by having no memory of
 * the transaction. Thread-safe; does not block.
 */
public final class Inquiries {

    private final Engine engine;
    private final DecisionLog log;

    public Inquiries(Engine engine, DecisionLog log) {
        this.engine = engine;
        this.log = log;
    }

    /** What a batch of inquiries is answered. */
    public sealed interface Answered {

        /** One answer for each inquiry, in the same order. What can't be said now is PENDING. */
        record Verdicts(List<Inquiry.Answer> answers) implements Answered {}

        /**
         * The log does not answer here, and there is no verdict on any of them. Said aloud, because another replica may
         * well reach it, and whoever gets an answer asks no other.
         */
        record LogUnavailable() implements Answered {}
    }

    /** An answer, and whether it is one for want of the log. */
    private record Said(Inquiry inquiry, Verdict verdict, Availability log) {

        Inquiry.Answer answer() {
            return new Inquiry.Answer(inquiry.gtrid(), inquiry.bqual(), verdict);
        }
    }

    public CompletableFuture<Answered> answer(List<Inquiry> inquiries) {
        Set<Gtrid> toRead = new LinkedHashSet<>();
        for (Inquiry inquiry : inquiries) {
            if (rowInMemory(inquiry.gtrid()).isEmpty()) {
                toRead.add(inquiry.gtrid());
            }
        }
        if (toRead.isEmpty()) {
            return all(inquiries, Map.of());
        }
        CompletableFuture<Map<Gtrid, DecisionLog.Found>> read = new CompletableFuture<>();
        log.read(toRead, read::complete);
        return read.thenCompose(found -> all(inquiries, found));
    }

    private CompletableFuture<Answered> all(List<Inquiry> inquiries, Map<Gtrid, DecisionLog.Found> found) {
        List<CompletableFuture<Said>> said =
                inquiries.stream().map(i -> say(i, found)).toList();
        return CompletableFuture.allOf(said.toArray(CompletableFuture[]::new))
                .thenApply(
                        _ -> together(said.stream().map(CompletableFuture::join).toList()));
    }

    private static Answered together(List<Said> said) {
        boolean silent = said.stream().anyMatch(s -> s.log() == Availability.UNAVAILABLE);
        boolean nothing = said.stream().allMatch(s -> s.verdict() == Verdict.PENDING);
        return silent && nothing
                ? new Answered.LogUnavailable()
                : new Answered.Verdicts(said.stream().map(Said::answer).toList());
    }

    private CompletableFuture<Said> say(Inquiry inquiry, Map<Gtrid, DecisionLog.Found> found) {
        Optional<DecisionRow> row = rowInMemory(inquiry.gtrid());
        if (row.isPresent()) {
            return completed(inquiry, row.get().verdictFor(inquiry.bqual()));
        }
        return switch (found.get(inquiry.gtrid())) {
            case DecisionLog.Found.Row r -> completed(inquiry, r.row().verdictFor(inquiry.bqual()));
            case DecisionLog.Found.BelowFloor _ -> completed(inquiry, Verdict.ABSENT);
            case DecisionLog.Found.NoRow _ ->
                switch (inquiry.deadline()) {
                    case RUNNING -> completed(inquiry, Verdict.PENDING);
                    case PASSED -> abortUnlessDecided(inquiry);
                };
            case DecisionLog.Found.Unavailable _ -> CompletableFuture.completedFuture(withoutLog(inquiry));
            case null -> CompletableFuture.completedFuture(withoutLog(inquiry));
        };
    }

    private CompletableFuture<Said> abortUnlessDecided(Inquiry inquiry) {
        String inquirer = "branch " + inquiry.bqual() + " was in doubt after the deadline";
        return engine.inquired(inquiry.gtrid(), inquirer).thenApply(answer -> {
            return switch (answer) {
                case Answer.Told told -> said(inquiry, told.row().verdictFor(inquiry.bqual()));
                case Answer.Gone _ -> said(inquiry, Verdict.ABSENT);
                case Answer.Unknown _ -> withoutLog(inquiry);
                case Answer.Refused _,
                        Answer.ListMismatch _,
                        Answer.NotTheEnlisted _,
                        Answer.Begun _,
                        Answer.Enlisted _,
                        Answer.AlreadyBegun _,
                        Answer.AlreadyDeciding _,
                        Answer.NotBegun _,
                        Answer.TooManyBranches _ -> said(inquiry, Verdict.PENDING);
            };
        });
    }

    private Optional<DecisionRow> rowInMemory(Gtrid gtrid) {
        return engine.look(gtrid)
                .filter(Conversation.Delivering.class::isInstance)
                .map(c -> ((Conversation.Delivering) c).row());
    }

    private static CompletableFuture<Said> completed(Inquiry inquiry, Verdict verdict) {
        return CompletableFuture.completedFuture(said(inquiry, verdict));
    }

    private static Said said(Inquiry inquiry, Verdict verdict) {
        return new Said(inquiry, verdict, Availability.AVAILABLE);
    }

    private static Said withoutLog(Inquiry inquiry) {
        return new Said(inquiry, Verdict.PENDING, Availability.UNAVAILABLE);
    }
}

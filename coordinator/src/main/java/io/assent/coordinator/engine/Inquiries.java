package io.assent.coordinator.engine;

import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import io.assent.api.Inquiry.Verdict;
import io.assent.coordinator.engine.port.DecisionLog;
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

    /** One answer for each inquiry, in the same order. What can't be said now is PENDING. */
    public CompletableFuture<List<Inquiry.Answer>> answer(List<Inquiry> inquiries) {
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

    private CompletableFuture<List<Inquiry.Answer>> all(List<Inquiry> inquiries, Map<Gtrid, DecisionLog.Found> found) {
        List<CompletableFuture<Inquiry.Answer>> answers =
                inquiries.stream().map(i -> answer(i, found)).toList();
        return CompletableFuture.allOf(answers.toArray(CompletableFuture[]::new))
                .thenApply(_ -> answers.stream().map(CompletableFuture::join).toList());
    }

    private CompletableFuture<Inquiry.Answer> answer(Inquiry inquiry, Map<Gtrid, DecisionLog.Found> found) {
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
            case DecisionLog.Found.Unavailable _ -> completed(inquiry, Verdict.PENDING);
            case null -> completed(inquiry, Verdict.PENDING);
        };
    }

    private CompletableFuture<Inquiry.Answer> abortUnlessDecided(Inquiry inquiry) {
        String inquirer = "branch " + inquiry.bqual() + " was in doubt after the deadline";
        return engine.inquired(inquiry.gtrid(), inquirer).thenApply(answer -> {
            Verdict verdict = switch (answer) {
                case Answer.Told told -> told.row().verdictFor(inquiry.bqual());
                case Answer.Gone _ -> Verdict.ABSENT;
                case Answer.Unknown _,
                        Answer.Refused _,
                        Answer.ListMismatch _,
                        Answer.NotTheEnlisted _,
                        Answer.Begun _,
                        Answer.Enlisted _,
                        Answer.AlreadyBegun _,
                        Answer.AlreadyDeciding _,
                        Answer.NotBegun _,
                        Answer.TooManyBranches _ -> Verdict.PENDING;
            };
            return new Inquiry.Answer(inquiry.gtrid(), inquiry.bqual(), verdict);
        });
    }

    private Optional<DecisionRow> rowInMemory(Gtrid gtrid) {
        return engine.look(gtrid)
                .filter(Conversation.Delivering.class::isInstance)
                .map(c -> ((Conversation.Delivering) c).row());
    }

    private static CompletableFuture<Inquiry.Answer> completed(Inquiry inquiry, Verdict verdict) {
        return CompletableFuture.completedFuture(new Inquiry.Answer(inquiry.gtrid(), inquiry.bqual(), verdict));
    }
}

package io.assent.coordinator;

import io.assent.api.Gtrid;
import io.assent.coordinator.adapter.postgres.PostgresDecisionLog;
import io.assent.coordinator.adapter.postgres.SplitDecisionLog;
import io.assent.coordinator.engine.port.DecisionLog;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Asks every log whether it answers. Thread-safe; does not block. */
@Singleton
final class LogHealth {

    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(2);

    private final List<PostgresDecisionLog> logs;

    LogHealth(SplitDecisionLog log) {
        this.logs = log.logs();
    }

    /** Whether each log answers, in their order. */
    record Look(Map<PostgresDecisionLog, Boolean> answers) {

        boolean any() {
            return answers.containsValue(true);
        }

        boolean all() {
            return !answers.containsValue(false);
        }

        /** For people: of one log what it does, of several which one does what. */
        Map<String, Object> details() {
            Map<String, Object> details = new LinkedHashMap<>();
            if (answers.size() == 1) {
                answers.forEach((log, answer) -> {
                    details.put("decisionLog", said(answer));
                    details.put("durability", log.durability().toString());
                });
                return details;
            }
            details.put("decisionLog", all() ? "answers" : any() ? "answers in part" : "does not answer");
            answers.forEach(
                    (log, answer) -> details.put(log.name(), said(answer) + "; durability: " + log.durability()));
            return details;
        }

        private static String said(boolean answer) {
            return answer ? "answers" : "does not answer";
        }
    }

    CompletableFuture<Look> look() {
        Map<PostgresDecisionLog, CompletableFuture<Boolean>> asked = new LinkedHashMap<>();
        logs.forEach(log -> asked.put(log, answers(log)));
        return CompletableFuture.allOf(asked.values().toArray(CompletableFuture[]::new))
                .thenApply(_ -> {
                    Map<PostgresDecisionLog, Boolean> answers = new LinkedHashMap<>();
                    asked.forEach((log, answer) -> answers.put(log, answer.join()));
                    return new Look(answers);
                });
    }

    private static CompletableFuture<Boolean> answers(PostgresDecisionLog log) {
        Gtrid any = Gtrid.mint();
        CompletableFuture<Map<Gtrid, DecisionLog.Found>> read = new CompletableFuture<>();
        log.read(List.of(any), read::complete);
        return read.completeOnTimeout(Map.of(), ANSWERS_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
                .thenApply(found -> {
                    DecisionLog.Found answer = found.get(any);
                    return answer != null && !(answer instanceof DecisionLog.Found.Unavailable);
                });
    }
}

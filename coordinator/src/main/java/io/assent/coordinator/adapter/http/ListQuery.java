package io.assent.coordinator.adapter.http;

import io.assent.api.Decision;
import io.assent.api.Labels;
import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.http.TransactionView.State;
import io.assent.coordinator.engine.port.TransactionRecords.Filter;
import io.assent.coordinator.engine.port.TransactionRecords.Label;
import io.assent.coordinator.protocol.Progress;
import io.micronaut.http.HttpRequest;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What a list of transactions is asked for.
 *
 * @param state only transactions in this state
 * @param filter what the log is asked for
 * @param inDoubt only those of which some branch may not know the decision
 */
record ListQuery(Optional<State> state, Filter filter, boolean inDoubt, Optional<String> cursor, int limit) {

    static final int LIMIT_MAX = 200;
    static final int LIMIT_DEFAULT = 50;
    private static final Duration AGE_MAX = Duration.ofDays(36_500);
    private static final Set<String> PARAMETERS = Set.of(
            "state", "participant", "label", "minAgeMillis", "maxAgeMillis", "inDoubt", "heuristic", "limit", "cursor");

    static ListQuery read(HttpRequest<?> request) {
        QueryParameters query = QueryParameters.of(request, PARAMETERS);
        Optional<State> state = query.constant("state", State.class);
        boolean inDoubt = query.flag("inDoubt").orElse(false);
        boolean heuristic = query.flag("heuristic").orElse(false);
        if (inDoubt && heuristic) {
            throw new MalformedException("inDoubt", "true", "can't go with heuristic=true: a heuristic one is over");
        }
        if (state.isPresent() && (inDoubt || heuristic)) {
            throw new MalformedException(
                    "state", state.get().name(), "can't go with inDoubt or heuristic: they are about the state too");
        }
        Filter filter = new Filter(
                state.flatMap(ListQuery::decision),
                heuristic
                        ? Optional.of(Progress.HEURISTIC)
                        : inDoubt ? Optional.of(Progress.UNFINISHED) : state.flatMap(ListQuery::progress),
                query.text("participant").map(text -> new ParticipantUrl(text).value()),
                query.text("label").map(ListQuery::label),
                query.millis("minAgeMillis", AGE_MAX),
                query.millis("maxAgeMillis", AGE_MAX));
        int limit =
                query.number("limit", 1, LIMIT_MAX).orElse((long) LIMIT_DEFAULT).intValue();
        return new ListQuery(state, filter, inDoubt, query.text("cursor"), limit);
    }

    /** Whether transactions without a row can match. */
    boolean wantsUndecided() {
        return state.map(s -> !s.isDecided()).orElse(inDoubt) && cursor.isEmpty();
    }

    /** Whether transactions with a row can match. */
    boolean wantsDecided() {
        return state.map(State::isDecided).orElse(true);
    }

    private static Optional<Decision> decision(State state) {
        return switch (state) {
            case COMMITTING, COMMITTED -> Optional.of(Decision.COMMIT);
            case ABORTING, ABORTED -> Optional.of(Decision.ABORT);
            case ACTIVE, PREPARING, DECIDING, HEURISTIC -> Optional.empty();
        };
    }

    private static Optional<Progress> progress(State state) {
        return switch (state) {
            case COMMITTING, ABORTING -> Optional.of(Progress.UNFINISHED);
            case COMMITTED, ABORTED -> Optional.of(Progress.FINISHED);
            case HEURISTIC -> Optional.of(Progress.HEURISTIC);
            case ACTIVE, PREPARING, DECIDING -> Optional.empty();
        };
    }

    private static Label label(String text) {
        int colon = text.indexOf(':');
        if (colon <= 0 || colon > Labels.KEY_LENGTH_MAX) {
            throw new MalformedException("label", text, "must be key:value, such as payment:p-17");
        }
        return new Label(text.substring(0, colon), text.substring(colon + 1));
    }
}

package io.assent.client;

import io.assent.api.OutcomeReply;
import io.assent.api.Problem;

/** What came of a request to commit or to roll back. */
public sealed interface OutcomeAnswer {

    /** A durable row says so. */
    record Known(OutcomeReply reply) implements OutcomeAnswer {}

    /** The coordinator answered that it can't do this, and repeating will not help. */
    record Refused(Problem problem) implements OutcomeAnswer {}

    /**
     * The outcome is unknown, which is neither commit nor abort: the request may have been carried out.
     *
     * @param lastFailure why the last attempt gave no answer
     */
    record Unknown(int attempts, String lastFailure) implements OutcomeAnswer {}
}

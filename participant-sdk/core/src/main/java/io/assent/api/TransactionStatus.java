package io.assent.api;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The part of a transaction's status that a program can act on. What people want to see beside it is in the full
 * document of {@code GET /v1/transactions/{gtrid}}.
 *
 * @param state as the coordinator names it
 * @param decision what the row says; null as long as there is none
 */
public record TransactionStatus(
        Gtrid gtrid, String state, @Nullable Decision decision) {

    /** Reads the status document; fields it does not know are passed over.
     * @throws MalformedException if it lacks the gtrid or the state */
    public static TransactionStatus read(byte[] body) {
        JsonObject object = JsonObject.parse(body);
        return new TransactionStatus(
                Gtrid.parse(object.string("gtrid")),
                object.string("state"),
                object.has("decision") ? object.constant("decision", Decision.class) : null);
    }

    public Optional<Decision> decided() {
        return Optional.ofNullable(decision);
    }
}

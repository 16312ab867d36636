package io.assent.coordinator.engine.port;

import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.ParticipantUrl;
import io.assent.api.Vote;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.ListedBranch;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * The way to the participants. Keeps asking and telling, with capped back-off per participant, until it has an answer
 * that ends the matter or is told to stop. Instructions for one participant that wait at the same time travel together;
 * a slow participant delays no other.
 *
 * <p>Thread-safe. Methods return at once; consumers are called at most once, from any thread, and must not block.
 */
public interface ParticipantGateway {

    /** Asks for the branch's vote until it has one, or until {@link #stopAsking}. */
    Offer askVote(Gtrid gtrid, ListedBranch branch, Consumer<Vote> then);

    /** Nobody wants this branch's vote any longer. */
    void stopAsking(Gtrid gtrid, BranchId branch);

    /**
     * Tells the branch the decision until it has acknowledged. Asked again for the same branch, it tries at once. ABORT
     * to a participant that can inquire is given up after a bounded number of attempts; COMMIT never.
     */
    Offer deliver(Gtrid gtrid, ListedBranch branch, Decision decision, Consumer<Delivered> then);

    /** Nobody waits for this branch's acknowledgement any longer: an operator has given it up. */
    void stopTelling(Gtrid gtrid, BranchId branch);

    /** How a delivery ended. */
    sealed interface Delivered {
        record Acknowledged(Acknowledgement acknowledgement) implements Delivered {}

        record Abandoned() implements Delivered {}
    }

    /** Whether an instruction was taken. */
    enum Offer {
        TAKEN,
        /** The participant's queue is full; the consumer will not be called. Offer it again later. */
        QUEUE_FULL
    }

    /**
     * Within what time the participant most likely answers what it is told now, going by its last reply; zero if that can't be told,
     * or it has taken long of late.
     */
    Duration expectedWithin(ParticipantUrl participant);

    /** How the delivery to a branch stands; empty if it is not under way here. */
    Optional<Attempts> attempts(Gtrid gtrid, BranchId branch);

    /**
     * @param lastError why the last attempt failed; empty if none did
     * @param nextAt when the next attempt is due; empty if one is under way
     * @param silentSince when the first of the requests failed since which the participant has answered none; empty if it
     *     has answered the latest
     */
    record Attempts(int count, String lastError, Optional<Instant> nextAt, Optional<Instant> silentSince) {}
}

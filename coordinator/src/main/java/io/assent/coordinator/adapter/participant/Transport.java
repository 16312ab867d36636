package io.assent.coordinator.adapter.participant;

import io.assent.api.Instruction;
import io.assent.api.ParticipantUrl;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** Carries batches of instructions to participants and brings their replies. Thread-safe; does not block. */
interface Transport {

    Route open(ParticipantUrl participant);

    /** Closes every route. */
    void close();

    /**
     * The way to one participant. As an executor it runs what belongs to this way: never within the call, and so that a
     * task must not block, for replies may be read on the same thread.
     */
    interface Route extends Executor {

        /** Never completes exceptionally, and not later than the request time-out. */
        CompletableFuture<Reply> send(List<Instruction> instructions);

        /** Gives up what is under way; takes nothing new. */
        void close();
    }
}

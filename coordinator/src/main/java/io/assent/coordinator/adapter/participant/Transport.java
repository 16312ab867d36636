package io.assent.coordinator.adapter.participant;

import io.assent.api.Instruction;
import io.assent.api.ParticipantUrl;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Carries one batch of instructions to a participant and brings its reply. Thread-safe; does not block. */
interface Transport {

    /** Never completes exceptionally, and not later than the request time-out. */
    CompletableFuture<Reply> send(ParticipantUrl participant, List<Instruction> instructions);

    /** Gives up what is under way. */
    void close();
}

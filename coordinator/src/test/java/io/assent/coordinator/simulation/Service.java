package io.assent.coordinator.simulation;

import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.ParticipantUrl;
import java.util.List;
import java.util.function.Consumer;

/** A service that takes part: it does work in transactions and takes instructions. */
interface Service {

    Host host();

    /** Starts each process that it has. */
    void startAll();

    ParticipantUrl url();

    boolean inquires();

    /** What a work request makes it do. */
    enum Doing {
        WRITE,
        READ,
        /** Writes, and then the work fails. */
        FAIL
    }

    /** @param number of the work within its run; a repeated request bears the same one */
    record Order(int number, Doing doing, int account) {}

    /**
     * Executes a work request.
     *
     * @param context the header that came with it
     * @param reply takes the header that goes back
     */
    void work(String context, Order order, Consumer<String> reply);

    void instruct(List<Instruction> instructions, Consumer<List<InstructionResult>> reply);

    /** An operator rolls back one of the prepared branches. */
    void rollBackByHand(int choice);

    void backUp();

    void restore();

    /** Operators settle what is held, knowing how it ended. */
    void settleHeld();

    /** What is in doubt, open or locked; empty if nothing is. */
    String inUse();

    /** At the n-th step from now the process dies, or the connection to the database breaks. */
    void breakAt(int step, Breakage breakage);

    enum Breakage {
        DIE_BEFORE,
        DIE_AFTER,
        CONNECTION_BEFORE,
        CONNECTION_AFTER
    }
}

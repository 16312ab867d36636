package io.assent.samples.torture;

import java.util.List;

/** A line of the history: what a client asked, or what it was told. */
sealed interface Event {

    String gtrid();

    /** What a client means to do with a transaction when its work is done. */
    enum Intent {
        COMMIT,
        ROLL_BACK,
        /** Leave it alone: its branches are in doubt until the deadline. */
        FORGET
    }

    /** An answer as a client understands it. */
    enum Answer {
        COMMITTED,
        ABORTED,
        UNKNOWN
    }

    /**
     * Before anything was sent.
     *
     * @param legs what the transfer is to do, if it commits
     */
    record Asked(String gtrid, String payment, Intent intent, List<Leg> legs) implements Event {

        public Asked {
            legs = List.copyOf(legs);
        }
    }

    /**
     * What a client was told; of one transaction perhaps several times.
     *
     * @param detail why, or what is known instead
     */
    record Told(String gtrid, Answer answer, String detail) implements Event {}
}

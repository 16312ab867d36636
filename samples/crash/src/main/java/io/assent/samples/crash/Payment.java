package io.assent.samples.crash;

import java.util.List;

/**
 * A payment that was asked for.
 *
 * @param banks whose books show it if it was made, and none of them if not
 * @param told what its client knows
 */
record Payment(String id, List<String> banks, Told told) {

    /** What a client knows of the outcome. */
    enum Told {
        COMMITTED,
        ABORTED,
        UNKNOWN
    }
}

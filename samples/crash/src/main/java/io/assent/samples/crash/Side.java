package io.assent.samples.crash;

/** Who lies at a crash point, and who dies. */
enum Side {
    COORDINATOR,
    PARTICIPANT,
    INITIATOR,
    BOTH
}

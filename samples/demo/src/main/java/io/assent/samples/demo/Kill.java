package io.assent.samples.demo;

import java.time.Duration;

/**
 * A process that was killed, and what became of what was in doubt.
 *
 * @param situation of the transaction that was held at the crash point
 * @param atCrash what was in doubt when the process was dead
 * @param downFor until the process could be used again
 * @param resolvedAfter from the kill until none of that was left
 * @param committed how many of the transactions in doubt committed; the others aborted
 */
record Kill(
        Crash crash,
        String gtrid,
        InDoubt.Situation situation,
        InDoubt.Snapshot atCrash,
        Duration downFor,
        Duration resolvedAfter,
        long committed) {}

package io.assent.samples.demo;

import java.time.Duration;
import java.util.Optional;

/**
 * A process that was killed, and what became of what was in doubt.
 *
 * @param process that was killed
 * @param situation of the transaction that was held at the crash point
 * @param atCrash what was in doubt when the process was dead
 * @param takeover if there was somebody to take over
 * @param downFor until the process could be used again
 * @param resolvedAfter from the kill until none of that was left
 * @param committed how many of the transactions in doubt committed; the others aborted
 */
record Kill(
        Crash crash,
        String process,
        String gtrid,
        InDoubt.Situation situation,
        InDoubt.Snapshot atCrash,
        Optional<Takeover> takeover,
        Duration downFor,
        Duration resolvedAfter,
        long committed) {}

package io.assent.samples.demo;

import java.time.Duration;
import java.util.Optional;

/**
 * How the others took over from a replica that was killed.
 *
 * @param before the ring before the kill
 * @param after the ring that the others agreed on after it
 * @param firstDecision from the kill to the first decision by another replica about a transaction that the dead one owned
 * @param ringChanged from the kill until all others had that ring
 */
record Takeover(RingView before, RingView after, Optional<Duration> firstDecision, Duration ringChanged) {}

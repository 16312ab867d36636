package io.assent.samples.demo;

import java.net.URI;

/**
 * A commit that a client was told of.
 *
 * @param by the replica that told it
 * @param askedNanos when the client asked, by {@link System#nanoTime}
 * @param toldNanos when it had the answer
 */
record Told(String gtrid, URI by, long askedNanos, long toldNanos) {}

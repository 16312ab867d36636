/**
 * The way out to the participants: batching, back-off, a circuit and connections for each of them.
 *
 * <p>Must not enter: SQL, a framework (Netty is a library here), anything that decides or blocks: it runs on event loops
 * that serve clients too. What a participant answers is never trusted beyond its documented meaning, and nothing is
 * inferred from silence.
 */
@NullMarked
package io.assent.coordinator.adapter.participant;

import org.jspecify.annotations.NullMarked;

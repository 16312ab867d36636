/**
 * The way out to the participants: batching, back-off and a circuit for each of them.
 *
 * <p>Must not enter: SQL, a framework, anything that decides. What a participant answers is never trusted beyond its
 * documented meaning, and nothing is inferred from silence.
 */
@NullMarked
package io.assent.coordinator.adapter.participant;

import org.jspecify.annotations.NullMarked;

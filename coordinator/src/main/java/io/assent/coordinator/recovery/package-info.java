/**
 * What has to be finished after a restart, a takeover or a silence: decided transactions that are not delivered, and
 * intents past their deadline.
 *
 * <p>Must not enter: SQL, HTTP, a framework, decisions of its own (it only hands events to the engine).
 */
@NullMarked
package io.assent.coordinator.recovery;

import org.jspecify.annotations.NullMarked;

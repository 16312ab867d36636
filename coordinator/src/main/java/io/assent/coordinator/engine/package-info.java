/**
 * The shell around the protocol: receive an event, step, persist, then send. The only place that keeps conversations in
 * memory, and the only one that turns the protocol's commands into calls on the ports.
 *
 * <p>Must not enter: SQL, HTTP, a framework, clocks and randomness other than those of the ports, blocking calls.
 */
@NullMarked
package io.assent.coordinator.engine;

import org.jspecify.annotations.NullMarked;

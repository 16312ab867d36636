/**
 * Consistent hashing as an immutable value: which replica normally does the work of which transaction. For speed and
 * duty, never for safety: two replicas with different rings do no harm.
 *
 * <p>Must not enter: I/O, clocks, randomness, threads, anything but the JDK.
 */
@NullMarked
package io.assent.coordinator.ring;

import org.jspecify.annotations.NullMarked;

/**
 * The commit protocol as pure data and functions: {@link io.assent.coordinator.protocol.Protocol#step} takes a
 * conversation and an event and says what the conversation becomes, what must be durable first, and what is then to be
 * sent. Live processing and recovery go through this one function.
 *
 * <p>Must not enter: I/O, clocks, randomness, threads, logging, a framework, collections without a defined order.
 */
@NullMarked
package io.assent.coordinator.protocol;

import org.jspecify.annotations.NullMarked;

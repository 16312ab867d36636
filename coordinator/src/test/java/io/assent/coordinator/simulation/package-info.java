/**
 * The whole cluster in one thread on virtual time: the real protocol, engine, recovery, gateway and participant logic
 * between a simulated network, a simulated decision log and simulated databases. One seed is one run.
 *
 * <p>Must not enter: real time, real randomness, threads, collections whose order depends on the run of the JVM.
 */
@NullMarked
package io.assent.coordinator.simulation;

import org.jspecify.annotations.NullMarked;

package io.assent.samples.torture;

/**
 * Some time of faults, and the healing after it.
 *
 * @param settledSeconds from the end of the last fault until nothing was in doubt and nothing unfinished
 * @param endedByThemselves processes that nobody had ended and that were found dead
 */
record Round(double settledSeconds, int endedByThemselves) {}

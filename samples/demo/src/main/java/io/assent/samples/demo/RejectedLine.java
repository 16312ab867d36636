package io.assent.samples.demo;

/**
 * A line that was not even tried.
 *
 * @param number counted from 1, the header included, as an editor shows it
 */
record RejectedLine(int number, String reason) {}

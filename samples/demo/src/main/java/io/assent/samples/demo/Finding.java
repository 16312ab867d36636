package io.assent.samples.demo;

/**
 * Something that must be true, and whether it is.
 *
 * @param holds whether it is true
 * @param detail what was found, as a figure or by the first few that are wrong
 */
public record Finding(String claim, boolean holds, String detail) {}

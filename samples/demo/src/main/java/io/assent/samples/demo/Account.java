package io.assent.samples.demo;

/**
 * An account to be opened.
 *
 * @param balance in cents
 */
public record Account(AccountName name, long balance) {}

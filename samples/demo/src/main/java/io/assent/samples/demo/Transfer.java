package io.assent.samples.demo;

/**
 * One payment to be made.
 *
 * @param amount in cents, greater than 0
 */
record Transfer(String payment, AccountName from, AccountName to, long amount) {}

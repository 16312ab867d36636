package io.assent.samples.bank;

import io.micronaut.serde.annotation.Serdeable;

/**
 * What an auditor asks for first.
 *
 * @param balance the sum of all balances, in cents
 * @param entriesSum the sum of all entries, in cents; debits are negative
 */
@Serdeable
record Totals(long accounts, long balance, long entries, long entriesSum) {}

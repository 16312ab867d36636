package io.assent.samples.bank;

import io.micronaut.serde.annotation.Serdeable;

/**
 * A request to take money from an account, or to put it there.
 *
 * @param payment identifies the payment; it can change an account only once
 * @param amount in cents, positive
 */
@Serdeable
record Payment(String payment, String account, long amount) {}

package io.assent.samples.transfer;

import io.micronaut.serde.annotation.Serdeable;

/** What a bank is asked to debit or credit. */
@Serdeable
record Payment(String payment, String account, long amount) {}

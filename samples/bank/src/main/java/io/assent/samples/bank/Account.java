package io.assent.samples.bank;

import io.micronaut.serde.annotation.Serdeable;

/** @param balance in cents, never negative */
@Serdeable
record Account(String id, long balance) {}

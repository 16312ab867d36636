package io.assent.samples.transfer;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;

/** Why a bank refused, if it says so. */
@Serdeable
record BankProblem(@Nullable String code, @Nullable String detail) {}

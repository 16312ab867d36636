package io.assent.samples.transfer;

import io.micronaut.serde.annotation.Serdeable;

/** Why a bank refused. */
@Serdeable
record BankProblem(String code, String detail) {

    static final BankProblem NONE = new BankProblem("BANK_FAILED", "the bank gave no reason");
}

package io.assent.samples.transfer;

import io.micronaut.core.annotation.Nullable;
import io.micronaut.serde.annotation.Serdeable;

/**
 * A transfer as somebody asked for it, not checked yet.
 *
 * @param from {@code bank:account}
 * @param to {@code bank:account}
 * @param amount in cents
 */
@Serdeable
record TransferRequest(
        @Nullable String payment,
        @Nullable String from,
        @Nullable String to,
        @Nullable Long amount) {}

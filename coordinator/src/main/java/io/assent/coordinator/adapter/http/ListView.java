package io.assent.coordinator.adapter.http;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** @param cursor where the next page begins; absent at the end */
@Serdeable
@Schema(name = "TransactionList")
record ListView(
        List<TransactionView> transactions,

        @Schema(description = "Give it as parameter 'cursor' to get the next page; absent at the end") @Nullable
        String cursor) {}

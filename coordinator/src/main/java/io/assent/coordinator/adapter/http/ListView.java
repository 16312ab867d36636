package io.assent.coordinator.adapter.http;

import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.media.Schema;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * @param cursor where the next page begins; absent at the end
 * @param missing the logs that did not answer; absent if all did
 */
@Serdeable
@Schema(name = "TransactionList")
record ListView(
        List<TransactionView> transactions,

        @Schema(description = "Give it as parameter 'cursor' to get the next page; absent at the end") @Nullable
        String cursor,

        @Schema(
                description =
                        "Of several decision logs those that did not answer: their transactions are not in the list;"
                                + " absent if all did")
        @Nullable
        List<String> missing) {

    /** Nothing is said of what is not missing. */
    static @Nullable List<String> orNothing(List<String> missing) {
        return missing.isEmpty() ? null : missing;
    }
}

package io.assent.coordinator.adapter.http;

import io.assent.api.InquiryJson;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.Produces;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;

/** What this replica is, and its limits. */
@Tag(name = "About")
@Controller("/v1/info")
@Produces(MediaType.APPLICATION_JSON)
class InfoController {

    private final Replica replica;
    private final HttpSettings settings;

    InfoController(Replica replica, HttpSettings settings) {
        this.replica = replica;
        this.settings = settings;
    }

    /**
     * @param replica the id of this replica
     * @param version of the coordinator
     * @param protocol version of the protocol
     * @param url of this replica, as others reach it
     */
    @Serdeable
    @Schema(name = "Info")
    record InfoView(
            @Schema(example = "coordinator-1") String replica,
            @Schema(example = "0.1.0") String version,
            @Schema(example = "1") String protocol,
            @Schema(example = "http://127.0.0.1:8080") String url,
            LimitsView limits) {}

    @Serdeable
    @Schema(name = "Limits")
    record LimitsView(long deadlineMaxMillis, int branchesMax, long watchMaxMillis, int inquiriesMax, int listMax) {}

    @Get
    @Operation(summary = "What this replica is, and its limits")
    @ApiResponse(
            responseCode = "200",
            description = "Always",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = InfoView.class)))
    InfoView info() {
        LimitsView limits = new LimitsView(
                settings.deadlineMax().toMillis(),
                settings.branchesMax(),
                settings.watchMax().toMillis(),
                InquiryJson.BATCH_MAX,
                ListQuery.LIMIT_MAX);
        return new InfoView(
                replica.id(),
                replica.version(),
                ProtocolHeaderFilter.VERSION,
                replica.url().get(),
                limits);
    }
}

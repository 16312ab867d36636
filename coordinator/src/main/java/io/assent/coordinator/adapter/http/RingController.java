package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.assent.coordinator.engine.port.Replicas.Duty;
import io.assent.coordinator.engine.port.Replicas.Member;
import io.assent.coordinator.ring.Ring;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;
import io.micronaut.http.annotation.PathVariable;
import io.micronaut.http.annotation.Produces;
import io.micronaut.serde.annotation.Serdeable;
import io.swagger.v3.oas.annotations.Operation;
import io.swagger.v3.oas.annotations.Parameter;
import io.swagger.v3.oas.annotations.enums.ParameterIn;
import io.swagger.v3.oas.annotations.media.Content;
import io.swagger.v3.oas.annotations.media.Schema;
import io.swagger.v3.oas.annotations.responses.ApiResponse;
import io.swagger.v3.oas.annotations.tags.Tag;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Who normally does the work of which transaction (docs/PROTOCOL.md, section 6). */
@Tag(name = "Ring")
@Controller("/v1/ring")
@Produces(MediaType.APPLICATION_JSON)
class RingController {

    private static final Set<String> PARAMETERS = Set.of("gtrid");

    private final Membership membership;
    private final Forwarding forwarding;

    RingController(Membership membership, Forwarding forwarding) {
        this.membership = membership;
        this.forwarding = forwarding;
    }

    /**
     * @param version changes with the members, their URLs and the settings of the ring
     * @param members that take work, by id
     * @param leaving replicas that end what they have begun and take nothing new
     * @param owners base64 of one byte for each slot: the index of its owner in members
     * @param successors base64 of one byte for each slot: who is asked next if the owner does not answer
     * @param owner of the gtrid that was asked for
     */
    @Serdeable
    @Schema(name = "Ring")
    record RingView(
            @Schema(example = "9f3a61d05c2be871") String version,
            @Schema(example = "4096") int slots,
            List<MemberView> members,
            List<MemberView> leaving,
            String owners,
            String successors,
            Optional<MemberView> owner) {}

    /** @param share of the key space; the shares add up to 1 */
    @Serdeable
    @Schema(name = "RingMember")
    record MemberView(
            @Schema(example = "coordinator-1") String replica,

            @Schema(example = "http://coordinator-1.internal:8080")
            String url,

            String incarnation,
            @Schema(example = "0.3337") double share) {}

    @Serdeable
    @Schema(name = "Held")
    record HeldView(String gtrid, boolean held) {}

    @Get
    @Operation(
            summary = "The ring",
            description = "Slot of a gtrid: fmix64 (MurmurHash3) of its low 64 bits, of that the highest 12 bits")
    @Parameter(
            name = "gtrid",
            in = ParameterIn.QUERY,
            description = "whose owner is to be named",
            schema = @Schema(type = "string"))
    @ApiResponse(
            responseCode = "200",
            description = "As this replica knows it",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = RingView.class)))
    @ApiResponse(
            responseCode = "400",
            description = "MALFORMED",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    @ApiResponse(
            responseCode = "503",
            description = "NO_RING: no replica takes work at this moment",
            content =
                    @Content(
                            mediaType = Problem.MEDIA_TYPE,
                            schema = @Schema(implementation = Documents.ProblemBody.class)))
    RingView ring(HttpRequest<?> request) {
        Optional<Gtrid> asked =
                QueryParameters.of(request, PARAMETERS).text("gtrid").map(Gtrid::parse);
        Replicas replicas = membership.replicas();
        Ring ring = replicas.ring().orElseThrow(RingController::noRing);
        Map<String, Double> shares = ring.shares();
        return new RingView(
                replicas.version(),
                Ring.SLOTS,
                replicas.serving().stream().map(m -> view(m, shares)).toList(),
                replicas.alive().stream()
                        .filter(m -> m.duty() == Duty.LEAVING)
                        .map(m -> view(m, shares))
                        .toList(),
                Base64.getEncoder().encodeToString(ring.owners()),
                Base64.getEncoder().encodeToString(ring.successors()),
                asked.flatMap(replicas::owner).map(m -> view(m, shares)));
    }

    @Get("/held/{gtrid}")
    @Operation(
            summary = "Whether this replica holds an undecided transaction",
            description = "Replicas ask each other, to pass on what only the holder can handle")
    @ApiResponse(
            responseCode = "200",
            description = "Whether it is in this replica's memory, undecided",
            content =
                    @Content(mediaType = MediaType.APPLICATION_JSON, schema = @Schema(implementation = HeldView.class)))
    HeldView held(@PathVariable String gtrid) {
        Gtrid id = Gtrid.parse(gtrid);
        return new HeldView(id.toString(), forwarding.isHeld(id));
    }

    private static MemberView view(Member member, Map<String, Double> shares) {
        return new MemberView(
                member.id(), member.url(), member.incarnation().toString(), shares.getOrDefault(member.id(), 0.0));
    }

    private static ProblemException noRing() {
        return Problem.of(ErrorCode.NO_RING, "no replica takes work at this moment, this one included")
                .toException();
    }
}

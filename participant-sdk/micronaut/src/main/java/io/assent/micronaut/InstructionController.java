package io.assent.micronaut;

import io.assent.api.MalformedException;
import io.assent.participant.InstructionHandler;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.annotation.Body;
import io.micronaut.http.annotation.Consumes;
import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Post;
import io.micronaut.scheduling.TaskExecutors;
import io.micronaut.scheduling.annotation.ExecuteOn;
import org.jspecify.annotations.Nullable;

/**
 * Takes the coordinator's instructions (docs/PROTOCOL.md, section 5). Whoever can reach it can end branches of which he
 * knows the ids, so it belongs on the network of the coordinator.
 */
@Controller("${assent.participant.path:/assent}")
@Requires(beans = InstructionHandler.class)
final class InstructionController {

    private final InstructionHandler instructions;

    InstructionController(InstructionHandler instructions) {
        this.instructions = instructions;
    }

    @Post
    @Consumes(MediaType.ALL)
    @ExecuteOn(TaskExecutors.BLOCKING)
    HttpResponse<byte[]> carryOut(@Body byte @Nullable [] body) {
        byte[] present = body == null ? new byte[0] : body;
        if (present.length > InstructionHandler.BODY_BYTES_MAX) {
            return Problem.of(
                            HttpStatus.REQUEST_ENTITY_TOO_LARGE,
                            "TOO_LARGE",
                            "the body has more than " + InstructionHandler.BODY_BYTES_MAX + " bytes",
                            "send fewer instructions at once")
                    .toResponse();
        }
        try {
            return HttpResponse.ok(instructions.handle(present)).contentType(MediaType.APPLICATION_JSON_TYPE);
        } catch (MalformedException e) {
            return Problem.malformed(e).toResponse();
        }
    }
}

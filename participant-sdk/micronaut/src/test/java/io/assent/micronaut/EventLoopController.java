package io.assent.micronaut;

import io.micronaut.http.annotation.Controller;
import io.micronaut.http.annotation.Get;

/** Answers on the server's event loop, as controllers without blocking work do. */
@Controller("/event-loop")
class EventLoopController {

    @Get("/scope")
    String scope() {
        return NotesController.gtrid();
    }
}

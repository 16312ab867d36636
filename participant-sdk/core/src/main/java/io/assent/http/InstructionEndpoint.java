package io.assent.http;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import io.assent.api.MalformedException;
import io.assent.participant.InstructionHandler;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * Serves the coordinator's instructions: {@code server.createContext("/assent", new InstructionEndpoint(handler))}.
 * Whoever can reach it can end branches of which he knows the ids, so it belongs on the network of the coordinator.
 */
public final class InstructionEndpoint implements HttpHandler {

    private final InstructionHandler instructions;

    public InstructionEndpoint(InstructionHandler instructions) {
        this.instructions = instructions;
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            if (!"POST".equals(exchange.getRequestMethod())) {
                exchange.getResponseHeaders().set("Allow", "POST");
                Problem.of(405, "METHOD_NOT_ALLOWED", "instructions are sent by POST", "send POST")
                        .answer(exchange);
                return;
            }
            byte[] body = readBounded(exchange.getRequestBody());
            if (body.length > InstructionHandler.BODY_BYTES_MAX) {
                Problem.of(
                                413,
                                "TOO_LARGE",
                                "the body has more than " + InstructionHandler.BODY_BYTES_MAX + " bytes",
                                "send fewer instructions at once")
                        .answer(exchange);
                return;
            }
            answer(exchange, body);
        }
    }

    private void answer(HttpExchange exchange, byte[] body) throws IOException {
        byte[] results;
        try {
            results = instructions.handle(body);
        } catch (MalformedException e) {
            Problem.malformed(e).answer(exchange);
            return;
        }
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(200, results.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(results);
        }
    }

    private static byte[] readBounded(InputStream in) throws IOException {
        return in.readNBytes(InstructionHandler.BODY_BYTES_MAX + 1);
    }
}

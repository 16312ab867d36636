package io.assent.coordinator.adapter.participant;

import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.engine.port.Scheduler.Cancellable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;

/** One batch of instructions as one HTTP request, and its reply as a value. Thread-safe. */
final class InstructionSender implements Transport {

    private static final int OK = 200;

    private final GatewaySettings settings;
    private final Scheduler scheduler;
    private final HttpClient client;

    InstructionSender(GatewaySettings settings, Scheduler scheduler, Executor executor) {
        this.settings = settings;
        this.scheduler = scheduler;
        // No redirects and no proxy: the origin that was allowed is the one that is called.
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(settings.timeouts().connect())
                .executor(executor)
                .build();
    }

    @Override
    public CompletableFuture<Reply> send(ParticipantUrl participant, List<Instruction> instructions) {
        byte[] written;
        try {
            written = InstructionJson.writeInstructions(instructions);
        } catch (RuntimeException e) {
            // Such as evidence that is no text. It must not stop the others: whoever spoils a batch is alone in the
            // end.
            return CompletableFuture.completedFuture(
                    new Reply.Failed(Reply.Cause.BROKEN, Texts.shown("request can't be written: " + e)));
        }
        HttpRequest request = HttpRequest.newBuilder(participant.toUri())
                .header("Content-Type", "application/json")
                .header("Accept", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(written))
                .build();
        BodyHandler<byte[]> body = BodyHandlers.limiting(
                BodyHandlers.ofByteArray(), settings.bounds().replyBytesMax());
        CompletableFuture<HttpResponse<byte[]>> exchange = client.sendAsync(request, body);
        // The client's own request time-out ends with the headers; a body that drips must not hold the slot.
        Cancellable timeout = scheduler.after(settings.timeouts().request(), () -> exchange.cancel(true));
        return exchange.handle((response, thrown) -> {
            timeout.cancel();
            return thrown == null ? read(response) : failed(thrown);
        });
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    private static Reply read(HttpResponse<byte[]> response) {
        if (response.statusCode() != OK) {
            return new Reply.Failed(Reply.Cause.BROKEN, "HTTP status " + response.statusCode());
        }
        try {
            return new Reply.Answered(InstructionJson.readResults(response.body()));
        } catch (MalformedException e) {
            return new Reply.Failed(Reply.Cause.BROKEN, Texts.shown("unreadable reply: " + e.getMessage()));
        }
    }

    private Reply failed(Throwable thrown) {
        Throwable cause =
                thrown instanceof CompletionException && thrown.getCause() != null ? thrown.getCause() : thrown;
        return switch (cause) {
            case CancellationException _ ->
                new Reply.Failed(
                        Reply.Cause.BROKEN,
                        "no reply within " + settings.timeouts().request().toMillis() + " ms");
            case HttpConnectTimeoutException _ ->
                new Reply.Failed(
                        Reply.Cause.UNREACHABLE,
                        "no connection within " + settings.timeouts().connect().toMillis() + " ms");
            case ConnectException e ->
                new Reply.Failed(Reply.Cause.UNREACHABLE, Texts.shown("no connection: " + e.getMessage()));
            case IOException e -> new Reply.Failed(Reply.Cause.BROKEN, Texts.shown("no reply: " + e.getMessage()));
            case Throwable e -> new Reply.Failed(Reply.Cause.BROKEN, Texts.shown("no reply: " + e));
        };
    }
}

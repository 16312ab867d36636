package io.assent.coordinator.adapter.participant;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.InstructionResult.Result;
import io.assent.api.ParticipantUrl;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** A participant on a real HTTP server that answers as a test says. */
public final class TestParticipant implements AutoCloseable {

    public interface Behaviour {
        void answer(HttpExchange exchange, List<Instruction> instructions) throws IOException;
    }

    private static final String SELF = "participant";

    private final Behaviour behaviour;
    private final HttpServer server;
    private final List<List<Instruction>> requests = new CopyOnWriteArrayList<>();
    private final Set<HttpExchange> unanswered = ConcurrentHashMap.newKeySet();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final AtomicInteger inFlightMost = new AtomicInteger();

    public TestParticipant(Behaviour behaviour) {
        this(0, behaviour);
    }

    public TestParticipant(int port, Behaviour behaviour) {
        this.behaviour = behaviour;
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        server.createContext("/assent", this::handle).getAttributes().put(SELF, this);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.start();
    }

    /** Does what it is told. */
    public static TestParticipant obedient() {
        return new TestParticipant(TestParticipant::obey);
    }

    public static void obey(HttpExchange exchange, List<Instruction> instructions) throws IOException {
        results(
                exchange,
                instructions.stream()
                        .map(i -> InstructionResult.of(i, obedience(i)))
                        .toList());
    }

    public static Result obedience(Instruction instruction) {
        return switch (instruction.action()) {
            case PREPARE -> Result.PREPARED;
            case COMMIT -> Result.COMMITTED;
            case ROLLBACK -> Result.ROLLED_BACK;
        };
    }

    /** Answers every instruction with this. */
    public static Behaviour always(Result result, String reason) {
        return (exchange, instructions) -> results(
                exchange,
                instructions.stream()
                        .map(i -> InstructionResult.because(i, result, reason))
                        .toList());
    }

    public static void results(HttpExchange exchange, List<InstructionResult> results) throws IOException {
        body(exchange, 200, InstructionJson.writeResults(results));
    }

    public static void body(HttpExchange exchange, int status, byte[] body) throws IOException {
        if (exchange.getHttpContext().getAttributes().get(SELF) instanceof TestParticipant self) {
            self.noLongerInFlight(exchange);
        }
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    public ParticipantUrl url() {
        return new ParticipantUrl("http://127.0.0.1:" + port() + "/assent");
    }

    public int port() {
        return server.getAddress().getPort();
    }

    public List<List<Instruction>> requests() {
        return requests;
    }

    /** The most requests unanswered at a time; what has its answer on the way is not, as the next may be here before it left. */
    int inFlightMost() {
        return inFlightMost.get();
    }

    @Override
    public void close() {
        server.stop(0);
    }

    private void noLongerInFlight(HttpExchange exchange) {
        if (unanswered.remove(exchange)) {
            inFlight.decrementAndGet();
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        unanswered.add(exchange);
        inFlightMost.accumulateAndGet(inFlight.incrementAndGet(), Math::max);
        try {
            List<Instruction> instructions =
                    InstructionJson.readInstructions(exchange.getRequestBody().readAllBytes());
            requests.add(instructions);
            behaviour.answer(exchange, instructions);
        } finally {
            noLongerInFlight(exchange);
            exchange.close();
        }
    }
}

package io.assent.samples.demo;

import com.sun.net.httpserver.HttpServer;
import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.http.InstructionEndpoint;
import io.assent.participant.BranchResource;
import io.assent.participant.Ending;
import io.assent.participant.Endings;
import io.assent.participant.InDoubtBranch;
import io.assent.participant.InstructionHandler;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Makes the ahead-of-time cache (JEP 483, 514) with which the coordinator starts in less than half of the time: runs
 * one on a PostgreSQL of its own, commits some transactions, stops it, and lets the Java machine write down which
 * classes that took. {@code ./assent server} runs this once after a build.
 */
public final class MakeStartCache {

    private static final int FAIL = 1;
    private static final int TRANSACTIONS = 500;
    private static final int HTTP_OK = 200;
    private static final Duration ASSEMBLY_PATIENCE = Duration.ofMinutes(2);

    /**
     * Without the profiles of methods: from the few that a start leaves, the Java machine makes code that stays slower for
     * good, and it starts no sooner with them (docs/PERFORMANCE.md, section 5).
     */
    private static final List<String> WITHOUT_PROFILES =
            List.of("-XX:+UnlockDiagnosticVMOptions", "-XX:+IgnoreUnrecognizedVMOptions", "-XX:-AOTRecordTraining");

    private final Path cache;
    private final WorkFolder folder;

    private MakeStartCache(Path cache, WorkFolder folder) {
        this.cache = cache;
        this.folder = folder;
    }

    /** @param arguments the file to be written */
    public static void main(String[] arguments) {
        WorkFolder folder = WorkFolder.temporary("assent-start-cache");
        try {
            if (arguments.length != 1) {
                throw new DemoException("name the file to be written, and nothing else.");
            }
            new MakeStartCache(Path.of(arguments[0]).toAbsolutePath(), folder).run();
            folder.allWentWell();
        } catch (DemoException e) {
            System.err.println("start cache: " + e.getMessage());
            System.exit(FAIL);
        } catch (IOException e) {
            System.err.println("start cache: " + e + "; what was tried is in " + folder.path());
            System.exit(FAIL);
        } finally {
            folder.removeIfDisposable();
        }
    }

    private void run() throws IOException {
        Path recording = folder.path().resolve("recording");
        HttpServer participant = participant();
        try (Postgres database =
                Postgres.start(folder.path().resolve("postgres"), log("postgres"), Secrets.password())) {
            ServiceCommand command = Dev.command(database, Ports.free())
                    .with(List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording))
                    .and(WITHOUT_PROFILES);
            try (ServiceProcess coordinator = new ServiceProcess(command, log("coordinator"))) {
                coordinator.start();
                coordinator.awaitReady();
                commitSome(
                        coordinator.url(),
                        "http://127.0.0.1:" + participant.getAddress().getPort() + "/assent");
            }
            assemble(command, recording);
        } finally {
            participant.stop(0);
        }
    }

    private static HttpServer participant() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/assent", new InstructionEndpoint(new InstructionHandler(new Willing())));
        server.start();
        return server;
    }

    private static void commitSome(String url, String participant) throws IOException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            for (int i = 0; i < TRANSACTIONS; i++) {
                URI commit = URI.create(url + "/v1/transactions/" + Gtrid.mint() + "/commit");
                send(http, commit, """
                        {"branches":[
                          {"participant":"%1$s","bqual":"a%2$d","inquires":true,"vote":"PREPARED","evidence":"1"},
                          {"participant":"%1$s","bqual":"b%2$d","inquires":true,"vote":"PREPARED","evidence":"1"}
                        ]}
                        """.formatted(participant, i));
            }
        }
    }

    private static void send(HttpClient http, URI uri, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
            if (response.statusCode() / 100 != HTTP_OK / 100) {
                throw new DemoException("the coordinator answers " + response.statusCode() + ": " + response.body());
            }
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }

    /** The cache appears whole or not at all: a coordinator may be starting with it. */
    private void assemble(ServiceCommand command, Path recording) throws IOException {
        Path written = cache.resolveSibling(cache.getFileName() + ".new");
        List<String> options = new ArrayList<>(
                List.of("-XX:AOTMode=create", "-XX:AOTConfiguration=" + recording, "-XX:AOTCache=" + written));
        Process assembly = command.with(options)
                .builder()
                .redirectErrorStream(true)
                .redirectOutput(Redirect.appendTo(log("assembly").toFile()))
                .start();
        try {
            if (!assembly.waitFor(ASSEMBLY_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
                assembly.destroyForcibly();
                throw new DemoException(
                        "the Java machine wrote no cache within " + ASSEMBLY_PATIENCE.toSeconds() + " s.");
            }
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
        if (!Files.exists(written)) {
            throw new DemoException("the Java machine wrote no cache; it says: " + Files.readString(log("assembly")));
        }
        Files.move(written, cache, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path log(String name) {
        try {
            return Files.createDirectories(folder.path().resolve("logs")).resolve(name + ".log");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Does at once whatever it is told. */
    private static final class Willing implements BranchResource {

        @Override
        public List<InstructionResult> carryOut(List<Instruction> instructions) {
            return instructions.stream().map(Willing::carryOut).toList();
        }

        @Override
        public List<InDoubtBranch> inDoubt() {
            return List.of();
        }

        private static InstructionResult carryOut(Instruction instruction) {
            return switch (instruction.action()) {
                case PREPARE -> InstructionResult.of(instruction, InstructionResult.Result.READ_ONLY);
                case COMMIT -> Endings.afterCommit(instruction, Ending.COMMITTED);
                case ROLLBACK -> Endings.afterRollback(instruction, Ending.ROLLED_BACK);
            };
        }
    }
}

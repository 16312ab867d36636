package io.assent.samples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Makes the ahead-of-time cache (JEP 483, 514, 515) with which the coordinator starts in less than half of the time and is
 * compiled in half of the time: runs one on a PostgreSQL of its own, which has work left to finish, puts it under load, stops it,
 * and lets the Java machine write down which classes that took, and the profiles of its methods. {@code ./assent server} runs this
 * once after a build.
 */
public final class MakeStartCache {

    private static final int FAIL = 1;
    private static final Duration ASSEMBLY_PATIENCE = Duration.ofMinutes(2);

    private final Path cache;
    private final WorkFolder folder;

    private MakeStartCache(Path cache, WorkFolder folder) {
        this.cache = cache;
        this.folder = folder;
    }

    /** @param arguments the file to be written */
    public static void main(String[] arguments) {
        System.setProperty(
                "sun.net.httpserver.nodelay", "true"); // else the participants of the JDK's server answer late
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
        try (Postgres database =
                Postgres.start(folder.path().resolve("postgres"), log("postgres"), Secrets.password())) {
            ServiceCommand command = Dev.command(database, Ports.free());
            List<Integer> ports = List.of(Ports.free(), Ports.free());
            leaveWork(command, ports);
            ServiceCommand recorded = command.with(List.of("-XX:AOTMode=record", "-XX:AOTConfiguration=" + recording));
            try (TrainingLoad load = TrainingLoad.on(command.url(), ports);
                    ServiceProcess coordinator = new ServiceProcess(recorded, log("coordinator"))) {
                coordinator.start();
                coordinator.awaitReady();
                int transactions = load.run(TrainingLoad.ALONE, TrainingLoad.TOGETHER);
                System.out.println("start cache: recorded " + transactions + " transactions");
            }
            assemble(recorded, recording);
        }
    }

    /**
     * A start after a crash is the one that has to be quick, and the first one on a database is another one: it makes the schema, and
     * its classes would be loaded by every start from then on.
     */
    private void leaveWork(ServiceCommand command, List<Integer> ports) {
        try (ServiceProcess first = new ServiceProcess(command, log("first"))) {
            first.start();
            first.awaitReady();
            TrainingLoad.leave(first.url(), ports);
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
}

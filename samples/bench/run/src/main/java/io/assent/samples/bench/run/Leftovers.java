package io.assent.samples.bench.run;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Pause;
import io.assent.samples.demo.Postgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * What this process has started and has not closed in good order, such as servers that were just starting. A server is nobody's
 * child once it runs, so it is found by its data.
 */
final class Leftovers {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** A server is made by one process and run by the next, with a moment between them. */
    private static final int QUIET_LOOKS = 4;

    /** A server ends its own processes, and who starts or stops it ends when it has. */
    private static final Set<String> END_WITH_THEIR_SERVER = Set.of("postgres", "pg_ctl");

    private final Path databases;
    private final Set<ProcessHandle> seen = new HashSet<>();

    /** @param databases has a folder for each server */
    Leftovers(Path databases) {
        this.databases = databases;
    }

    /** Returns when all have ended: whoever removes the folder must not be written to. */
    void end() {
        boolean ended = haveEnded(
                process -> {
                    if (!END_WITH_THEIR_SERVER.contains(program(process))) {
                        process.destroy();
                    }
                },
                Leftovers::disconnectAndStop);
        if (!ended) {
            haveEnded(ProcessHandle::destroyForcibly, ProcessHandle::destroyForcibly);
        }
    }

    /** Tells each once it is seen, until none is left. */
    private boolean haveEnded(Consumer<ProcessHandle> tell, Consumer<ProcessHandle> tellServer) {
        Set<ProcessHandle> told = new HashSet<>();
        AtomicInteger quiet = new AtomicInteger();
        return Pause.until(
                () -> {
                    List<ProcessHandle> servers = servers();
                    seen.addAll(servers);
                    ProcessHandle.current().descendants().forEach(seen::add);
                    servers.stream().filter(told::add).forEach(tellServer);
                    seen.stream().filter(Leftovers::runs).filter(told::add).forEach(tell);
                    quiet.set(seen.stream().anyMatch(Leftovers::runs) ? 0 : quiet.get() + 1);
                    return quiet.get() == QUIET_LOOKS;
                },
                PATIENCE);
    }

    private List<ProcessHandle> servers() {
        if (!Files.isDirectory(databases)) {
            return List.of();
        }
        try (Stream<Path> data = Files.list(databases)) {
            return data.map(Postgres::postmaster).flatMap(Optional::stream).toList();
        } catch (IOException e) {
            throw new DemoException("cannot read " + databases + ": " + e.getMessage());
        }
    }

    /** The signal that Java sends would have a server wait until nobody is connected. */
    private static void disconnectAndStop(ProcessHandle server) {
        try {
            var _ = new ProcessBuilder("sh", "-c", "kill -INT " + server.pid())
                    .start()
                    .waitFor();
        } catch (IOException e) {
            server.destroy();
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }

    private static String program(ProcessHandle process) {
        String command = process.info().command().orElse("");
        return command.substring(command.lastIndexOf('/') + 1);
    }

    /** One that nobody has waited for counts as alive, but has no command any more. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }
}

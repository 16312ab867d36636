package io.assent.samples.bench.run;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Secrets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** Three PostgreSQL servers: one for decisions, one for each bank, so that what each costs can be told apart. */
record Servers(Server log, Server north, Server south, String password) implements AutoCloseable {

    static Servers start(Path folder, Path logs) {
        String password = Secrets.password();
        List<CompletableFuture<Server>> starting = Stream.of("log", "north", "south")
                .map(name -> CompletableFuture.supplyAsync(() -> Server.start(
                        name,
                        folder.resolve("postgres").resolve(name),
                        logs.resolve("postgres-" + name + ".log"),
                        password)))
                .toList();
        try {
            return new Servers(
                    starting.get(0).join(),
                    starting.get(1).join(),
                    starting.get(2).join(),
                    password);
        } catch (CompletionException e) {
            starting.forEach(one -> {
                if (!one.isCompletedExceptionally()) {
                    one.join().close();
                }
            });
            throw e.getCause() instanceof DemoException cause ? cause : e;
        }
    }

    List<Server> all() {
        return List.of(log, north, south);
    }

    List<Server> banks() {
        return List.of(north, south);
    }

    @Override
    public void close() {
        all().forEach(Server::close);
    }
}

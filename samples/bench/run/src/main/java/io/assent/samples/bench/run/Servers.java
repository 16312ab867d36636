package io.assent.samples.bench.run;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Secrets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * PostgreSQL servers, so that what each costs can be told apart: one for each bank, and one for decisions. Only Assent knows what to
 * do with more than one for decisions; the others use the first.
 */
record Servers(List<Server> logs, Server north, Server south, String password) {

    /**
     * @param decisions how many servers there are for them
     * @param up is told of each as soon as it can be closed
     */
    static Servers start(Path folder, Path logs, int decisions, Consumer<Server> up) {
        String password = Secrets.password();
        List<CompletableFuture<Server>> starting = Stream.concat(
                        Stream.of("north", "south"),
                        IntStream.rangeClosed(1, decisions)
                                .mapToObj(n -> n == 1 ? Measurement.LOG : Measurement.LOG + "-" + n))
                .map(name -> CompletableFuture.supplyAsync(() -> {
                    Server server = Server.start(
                            name,
                            folder.resolve(Destinations.DATABASES).resolve(name),
                            logs.resolve("postgres-" + name + ".log"),
                            password);
                    up.accept(server);
                    return server;
                }))
                .toList();
        try {
            return new Servers(
                    starting.stream().skip(2).map(CompletableFuture::join).toList(),
                    starting.get(0).join(),
                    starting.get(1).join(),
                    password);
        } catch (CompletionException e) {
            throw e.getCause() instanceof DemoException cause ? cause : e;
        }
    }

    List<Server> all() {
        return Stream.concat(logs.stream(), banks().stream()).toList();
    }

    /** The first one for decisions. */
    Server log() {
        return logs.getFirst();
    }

    List<Server> banks() {
        return List.of(north, south);
    }
}

package io.assent.samples.demo;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A service as a process of its own, which can be killed and started again. Not to be shared by threads while it starts. */
public final class ServiceProcess implements AutoCloseable {

    /** What a process is doing, in a word for the screen. */
    enum State {
        STARTING,
        UP,
        KILLED,
        STOPPED
    }

    private static final Duration START_PATIENCE = Duration.ofSeconds(60);
    private static final Duration STOP_PATIENCE = Duration.ofSeconds(10);
    private static final Duration PROBE_TIMEOUT = Duration.ofSeconds(2);
    private static final Duration PROBE_INTERVAL = Duration.ofMillis(100);
    private static final int LOG_LINES_SHOWN = 15;
    private static final int HTTP_OK = 200;
    private static final HttpClient HTTP =
            HttpClient.newBuilder().connectTimeout(PROBE_TIMEOUT).build();

    private final ServiceCommand command;
    private final Path log;
    private volatile State state = State.STOPPED;
    private volatile @Nullable Process process;

    public ServiceProcess(ServiceCommand command, Path log) {
        this.command = command;
        this.log = log;
    }

    public String name() {
        return command.name();
    }

    State state() {
        return state;
    }

    public String url() {
        return command.url();
    }

    public long pid() {
        return running().pid();
    }

    public Path log() {
        return log;
    }

    /** Starts the process; {@link #awaitReady} says when it can be used. */
    public void start() {
        state = State.STARTING;
        try {
            process = command.builder()
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()))
                    .start();
        } catch (IOException e) {
            throw new DemoException(name() + " cannot be started: " + e.getMessage());
        }
    }

    public void awaitReady() {
        long deadline = System.nanoTime() + START_PATIENCE.toNanos();
        while (!isReady()) {
            if (!running().isAlive()) {
                throw new DemoException(name() + " ended with status "
                        + running().exitValue() + " instead of starting; the end of " + log + ":\n" + endOfLog());
            }
            if (System.nanoTime() - deadline > 0) {
                throw new DemoException(name() + " is not ready after " + START_PATIENCE.toSeconds() + " s; the end of "
                        + log + ":\n" + endOfLog());
            }
            Pause.of(PROBE_INTERVAL);
        }
        state = State.UP;
    }

    /** What {@code kill -9} does: the process gets no chance to do anything. Returns when it is gone. */
    public void kill() {
        state = State.KILLED;
        Process killed = running();
        killed.destroyForcibly();
        awaitEnd(killed);
    }

    /** Asks the process to stop, and kills it if it does not. */
    @Override
    public void close() {
        Process stopped = process;
        if (stopped == null || !stopped.isAlive()) {
            return;
        }
        state = State.STOPPED;
        stopped.destroy();
        if (!awaitEnd(stopped)) {
            stopped.destroyForcibly();
        }
    }

    public boolean hasEnded() {
        return !running().isAlive();
    }

    private Process running() {
        return Optional.ofNullable(process).orElseThrow(() -> new IllegalStateException(name() + " was never started"));
    }

    private boolean isReady() {
        HttpRequest probe = HttpRequest.newBuilder(URI.create(command.url() + command.readiness()))
                .timeout(PROBE_TIMEOUT)
                .build();
        try {
            return HTTP.send(probe, BodyHandlers.discarding()).statusCode() == HTTP_OK;
        } catch (IOException e) {
            return false; // not listening yet
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }

    private static boolean awaitEnd(Process ending) {
        try {
            return ending.waitFor(STOP_PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private String endOfLog() {
        try {
            List<String> lines = Files.readAllLines(log, StandardCharsets.UTF_8);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - LOG_LINES_SHOWN), lines.size()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

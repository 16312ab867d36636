package io.assent.samples.torture;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Pause;
import io.assent.samples.demo.Postgres;
import io.assent.samples.demo.Secrets;
import io.zonky.test.db.postgres.util.LinuxUtils;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** A PostgreSQL server that can be stopped in every way and started again on the same data and port. */
final class DatabaseServer implements AutoCloseable {

    /** How PostgreSQL stops; the names are those of {@code pg_ctl stop -m}. */
    enum Mode {
        FAST,
        IMMEDIATE
    }

    private static final String PREPARED_TRANSACTIONS_MAX = "1000";
    private static final Duration GONE_PATIENCE = Duration.ofSeconds(30);
    private static final Duration START_AGAIN_PATIENCE = Duration.ofSeconds(90);
    private static final Duration START_AGAIN_AFTER = Duration.ofMillis(500);
    private static final int PG_CTL_SECONDS = 30;

    private final Path data;
    private final Path log;
    private final Postgres postgres;
    private final Path control;

    private DatabaseServer(Path data, Path log) {
        this.data = data;
        this.log = log;
        this.postgres = Postgres.start(
                data, log, Secrets.password(), Map.of("max_prepared_transactions", PREPARED_TRANSACTIONS_MAX));
        this.control = postmaster()
                .info()
                .command()
                .map(command -> Path.of(command).resolveSibling("pg_ctl"))
                .orElseThrow(() -> new DemoException("cannot see which program runs PostgreSQL in " + data));
    }

    static DatabaseServer start(Path data, Path log) {
        return new DatabaseServer(data, log);
    }

    Postgres postgres() {
        return postgres;
    }

    int port() {
        String url = postgres.url();
        return Integer.parseInt(url.substring(url.lastIndexOf(':') + 1, url.lastIndexOf('/')));
    }

    void stop(Mode mode) {
        pgCtl("-m", mode.name().toLowerCase(Locale.ROOT), "stop");
    }

    /** What {@code kill -9} does to the postmaster; its other processes notice and end. */
    void kill() {
        ProcessHandle killed = postmaster();
        killed.destroyForcibly();
        Pause.until(() -> !killed.isAlive(), GONE_PATIENCE);
    }

    /** Starts it again with the options that it had. Processes of a killed server may take a while to go. */
    void startAgain() {
        long deadline = System.nanoTime() + START_AGAIN_PATIENCE.toNanos();
        while (pgCtl("-l", log.toString(), "restart") != 0) {
            if (System.nanoTime() - deadline > 0) {
                throw new DemoException("PostgreSQL does not start again; its log: " + log);
            }
            Pause.of(START_AGAIN_AFTER);
        }
    }

    @Override
    public void close() {
        postgres.close();
    }

    private ProcessHandle postmaster() {
        return postgres.postmaster()
                .orElseThrow(() -> new DemoException("no PostgreSQL runs on " + data + "; its log: " + log));
    }

    private int pgCtl(String... words) {
        List<String> command = new ArrayList<>();
        if (LinuxUtils.isUnshareAvailable()) {
            command.addAll(List.of("unshare", "-U")); // it refuses to run as root
        }
        command.addAll(
                List.of(control.toString(), "-D", data.toString(), "-w", "-t", Integer.toString(PG_CTL_SECONDS)));
        command.addAll(List.of(words));
        try {
            return new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(Redirect.appendTo(log.toFile()))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }
}

package io.assent.samples.torture;

import io.assent.samples.demo.Pause;
import io.assent.samples.demo.ServiceProcess;
import io.assent.samples.torture.DatabaseServer.Mode;
import io.assent.samples.torture.Gate.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** Makes up faults: which, of whom, and for how long, as a seed decides. */
final class Faults {

    private static final List<String> PROCESSES =
            Stream.concat(Town.COORDINATORS.stream(), Town.INSTANCES.stream()).toList();
    private static final List<String> PARTIES =
            Stream.concat(PROCESSES.stream(), Town.DATABASES.stream()).toList();
    private static final int LASTING_MILLIS_MIN = 200;
    private static final int LASTING_MILLIS_MAX = 8000;
    private static final int DELAY_MILLIS_MAX = 300;

    /** How far clocks go wrong: so little that it may pass for a delay, and so much that no deadline is left. */
    private static final List<Duration> CLOCK_ERRORS =
            List.of(Duration.ofSeconds(2), Duration.ofSeconds(15), Duration.ofMinutes(10), Duration.ofDays(1));

    private final Town town;
    private final Random random;

    Faults(Town town, Random random) {
        this.town = town;
        this.random = random;
    }

    Fault next() {
        return next(any(List.of(FaultKind.values())));
    }

    private Fault next(FaultKind kind) {
        Duration lasting = Duration.ofMillis(random.nextInt(LASTING_MILLIS_MIN, LASTING_MILLIS_MAX));
        return switch (kind) {
            case KILL -> process(kind, lasting, ServiceProcess::kill);
            case RESTART -> process(kind, lasting, ServiceProcess::close);
            case PAUSE -> pause(lasting);
            case ISOLATE -> isolate(lasting);
            case CUT -> cut(kind, lasting, Direction.values());
            case CUT_ONE_WAY -> cut(kind, lasting, any(List.of(Direction.values())));
            case SLOW -> slow(lasting);
            case RESET -> reset();
            case POSTGRES_FAST -> postgres(kind, lasting, server -> server.stop(Mode.FAST));
            case POSTGRES_IMMEDIATE -> postgres(kind, lasting, server -> server.stop(Mode.IMMEDIATE));
            case POSTGRES_KILL -> postgres(kind, lasting, DatabaseServer::kill);
            case CLOCK -> clock(lasting);
        };
    }

    private Fault process(FaultKind kind, Duration lasting, Consumer<ServiceProcess> end) {
        String name = any(PROCESSES);
        return new Fault(kind, name, name, lasting, () -> end.accept(town.process(name)), () -> town.startAgain(name));
    }

    private Fault pause(Duration lasting) {
        String name = any(PROCESSES);
        return new Fault(
                FaultKind.PAUSE,
                name,
                name,
                lasting,
                () -> signal(town.process(name), "STOP"),
                () -> signal(town.process(name), "CONT"));
    }

    private Fault isolate(Duration lasting) {
        String name = any(PARTIES);
        List<Gate> gates = gates(name);
        return new Fault(
                FaultKind.ISOLATE,
                "network of " + name,
                name,
                lasting,
                () -> gates.forEach(gate -> Arrays.stream(Direction.values()).forEach(gate::cut)),
                () -> gates.forEach(gate -> Arrays.stream(Direction.values()).forEach(gate::mend)));
    }

    private Fault cut(FaultKind kind, Duration lasting, Direction... directions) {
        Link link = any(town.network().links());
        return new Fault(
                kind,
                link.toString(),
                link + " " + Arrays.toString(directions),
                lasting,
                () -> Arrays.stream(directions).forEach(link.gate()::cut),
                () -> Arrays.stream(directions).forEach(link.gate()::mend));
    }

    private Fault slow(Duration lasting) {
        String name = any(PARTIES);
        Duration by = Duration.ofMillis(1 + random.nextInt(DELAY_MILLIS_MAX));
        List<Gate> gates = gates(name);
        return new Fault(
                FaultKind.SLOW,
                "network of " + name,
                name + " by " + by.toMillis() + " ms",
                lasting,
                () -> gates.forEach(gate -> gate.slow(by)),
                () -> gates.forEach(gate -> gate.quicken(by)));
    }

    private Fault reset() {
        String name = any(PARTIES);
        List<Link> links = town.network().linksOf(name);
        return new Fault(
                FaultKind.RESET, "network of " + name, name, Duration.ZERO, () -> links.forEach(Link::reset), () -> {});
    }

    private Fault postgres(FaultKind kind, Duration lasting, Consumer<DatabaseServer> end) {
        String name = any(Town.DATABASES);
        DatabaseServer server = town.database(name);
        return new Fault(kind, "database " + name, name, lasting, () -> end.accept(server), server::startAgain);
    }

    private Fault clock(Duration lasting) {
        String name = any(Town.COORDINATORS);
        Duration error = any(CLOCK_ERRORS);
        Duration ahead = random.nextBoolean() ? error : error.negated();
        return new Fault(
                FaultKind.CLOCK,
                "clock of " + name,
                name + " by " + ahead.toSeconds() + " s",
                lasting,
                () -> town.moveClock(name, ahead),
                () -> town.moveClock(name, Duration.ZERO));
    }

    private List<Gate> gates(String party) {
        return town.network().linksOf(party).stream().map(Link::gate).toList();
    }

    private <T> T any(List<T> all) {
        return all.get(random.nextInt(all.size()));
    }

    private static void signal(ServiceProcess process, String signal) {
        try {
            new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
                    .inheritIO()
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }
}

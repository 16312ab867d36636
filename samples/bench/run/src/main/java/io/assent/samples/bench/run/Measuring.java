package io.assent.samples.bench.run;

import io.assent.samples.bench.load.LoadResult;
import io.assent.samples.bench.load.Workload.NineAndOne;
import io.assent.samples.bench.run.Server.LogUse;
import io.assent.samples.demo.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures one candidate at one point once. */
final class Measuring {

    /** Clients work this long before each measured run: connections are open then, and pages written after the checkpoint. */
    private static final Duration RAMP = Duration.ofSeconds(1);

    private final Servers servers;
    private final Duration length;

    Measuring(Servers servers, Duration length) {
        this.servers = servers;
        this.length = length;
    }

    /** Lets a candidate work without being measured. Returns the processor time that its Java processes used meanwhile. */
    WarmUp.Times warmUp(Deployment deployment, Point point, Duration howLong) {
        WarmUp.Times before = deployment.javaTimes();
        deployment.slow(NineAndOne.TENTH, 0);
        deployment.load(point);
        Pause.of(howLong);
        var _ = deployment.stop();
        return deployment.javaTimes().since(before);
    }

    Measurement measure(Deployment deployment, Point point, int run) {
        deployment.slow(NineAndOne.TENTH, point.variant().slowMillis());
        servers.all().forEach(Server::tidy);
        long requestsBefore = deployment.requests();
        Optional<CommitRows> commitRows = deployment.books().commitRows();
        deployment.load(point);
        Pause.of(RAMP);
        Counters before = count(deployment);
        deployment.measure();
        Pause.of(length);
        Counters after = count(deployment);
        LoadResult load = deployment.stop();
        // Counted over the ramp too, because one cannot ask in the middle what a request belongs to.
        double requests = (deployment.requests() - requestsBefore) / (double) Math.max(1, load.ended());
        Counters each = after.since(before).per(Math.max(1, load.transactions()));
        List<String> faults = new ArrayList<>(deployment.books().faults());
        Optional<Long> added = commitRows.map(CommitRows::added);
        added.flatMap(rows -> CommitRows.fault(load, rows)).ifPresent(faults::add);
        return new Measurement(
                deployment.contender(), point, run, load, each.cpu, each.bytes, each.flushes, requests, added, faults);
    }

    private Counters count(Deployment deployment) {
        Map<String, Double> cpu = new LinkedHashMap<>();
        deployment.processorMillis().forEach((name, millis) -> cpu.put(name, (double) millis));
        Map<String, Double> bytes = new LinkedHashMap<>();
        Map<String, Double> flushes = new LinkedHashMap<>();
        for (Server server : servers.all()) {
            cpu.put(ProcessKind.POSTGRES.process(server.name()), (double) server.processorMillis());
            LogUse use = server.logUse();
            bytes.put(server.name(), (double) use.bytes());
            flushes.put(server.name(), (double) use.flushes());
        }
        return new Counters(cpu, bytes, flushes);
    }

    private record Counters(Map<String, Double> cpu, Map<String, Double> bytes, Map<String, Double> flushes) {

        Counters since(Counters before) {
            return new Counters(
                    difference(cpu, before.cpu), difference(bytes, before.bytes), difference(flushes, before.flushes));
        }

        Counters per(long transactions) {
            return new Counters(
                    quotient(cpu, transactions), quotient(bytes, transactions), quotient(flushes, transactions));
        }

        private static Map<String, Double> difference(Map<String, Double> after, Map<String, Double> before) {
            Map<String, Double> difference = new LinkedHashMap<>();
            after.forEach((name, value) -> difference.put(name, value - before.getOrDefault(name, 0.0)));
            return difference;
        }

        private static Map<String, Double> quotient(Map<String, Double> values, long divisor) {
            Map<String, Double> quotient = new LinkedHashMap<>();
            values.forEach((name, value) -> quotient.put(name, value / divisor));
            return quotient;
        }
    }
}

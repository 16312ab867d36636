package io.assent.samples.demo;

import io.assent.api.Decision;
import io.assent.samples.faults.Holds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Kills processes at crash points while the transfers run, starts them again, and measures. */
final class Saboteur {

    private static final Duration PICTURE_PATIENCE = Duration.ofMillis(500);
    private static final Duration RESOLVE_PATIENCE = Duration.ofSeconds(90);

    private final Cluster cluster;
    private final Workload workload;
    private final InDoubt inDoubt;
    private final Log log;
    private final Screen screen;
    private final List<CompletableFuture<Kill>> kills = new ArrayList<>();

    Saboteur(Cluster cluster, Workload workload, InDoubt inDoubt, Log log, Screen screen) {
        this.cluster = cluster;
        this.workload = workload;
        this.inDoubt = inDoubt;
        this.log = log;
        this.screen = screen;
    }

    /** Spreads the crashes over the transfers. Returns when everything that was in doubt at any of them is resolved. */
    List<Kill> strike(List<Crash> crashes) {
        try (ExecutorService watching = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < crashes.size(); i++) {
                int share = workload.size() * (i + 1) / (crashes.size() + 2);
                awaitOrEnd(() -> workload.done() >= share);
                kills.add(strike(crashes.get(i), watching));
            }
            return kills.stream().map(CompletableFuture::join).toList();
        }
    }

    private CompletableFuture<Kill> strike(Crash crash, ExecutorService watching) {
        ServiceProcess service = cluster.service(crash.process());
        Holds holds = cluster.holds(crash.process());
        String gtrid = hold(crash, holds);
        InDoubt.Situation situation = inDoubt.of(gtrid);
        long pid = service.pid();
        service.kill();
        long killedAt = System.nanoTime();
        InDoubt.Snapshot atCrash = inDoubt.now();
        screen.killed(service.name(), pid, crash, gtrid, situation, atCrash);
        holds.release(crash.point());
        service.start();
        service.awaitReady();
        Duration downFor = since(killedAt);
        return CompletableFuture.supplyAsync(
                () -> {
                    if (!Pause.until(() -> inDoubt.areGone(atCrash), RESOLVE_PATIENCE)) {
                        throw new DemoException("what was in doubt when " + service.name()
                                + " was killed is still so after " + RESOLVE_PATIENCE.toSeconds() + " s");
                    }
                    Kill kill =
                            new Kill(crash, gtrid, situation, atCrash, downFor, since(killedAt), committed(atCrash));
                    screen.resolved(kill);
                    return kill;
                },
                watching);
    }

    /** Holds a transaction at the crash point that shows the picture; others that come by are let go. */
    private String hold(Crash crash, Holds holds) {
        while (true) {
            holds.arm(crash.point());
            awaitOrEnd(() -> holds.heldAt(crash.point()).isPresent());
            String gtrid = holds.heldAt(crash.point()).orElseThrow().toString();
            if (Pause.until(() -> crash.picture().test(inDoubt.of(gtrid)), PICTURE_PATIENCE)) {
                return gtrid;
            }
            holds.release(crash.point());
        }
    }

    private void awaitOrEnd(java.util.function.BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (workload.isOver()) {
                throw new DemoException("the transfers ended before every crash had happened: try more of them");
            }
            Pause.of(Duration.ofMillis(2));
        }
    }

    private long committed(InDoubt.Snapshot atCrash) {
        Map<String, Decision> decisions = log.decisions();
        return atCrash.gtrids().stream()
                .filter(gtrid -> decisions.get(gtrid) == Decision.COMMIT)
                .count();
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}

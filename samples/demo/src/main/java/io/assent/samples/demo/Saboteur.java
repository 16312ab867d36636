package io.assent.samples.demo;

import io.assent.samples.faults.Holds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Kills processes at crash points while the transfers run. What follows is for the {@link Aftermath} to see to. */
final class Saboteur {

    private static final Duration PICTURE_PATIENCE = Duration.ofMillis(500);
    private static final Duration CALM = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private final Scene scene;
    private final Random random;

    /** @param seed of the choice among replicas */
    Saboteur(Scene scene, long seed) {
        this.scene = scene;
        this.random = new Random(seed);
    }

    /** Spreads the crashes over the transfers. Returns when everything that was in doubt at any of them is resolved. */
    List<Kill> strike(List<Crash> crashes) {
        List<CompletableFuture<Kill>> kills = new ArrayList<>();
        toCome(crashes.size());
        try (ExecutorService watching = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < crashes.size(); i++) {
                awaitTurn(i, crashes.size(), kills);
                Aftermath aftermath = strike(crashes.get(i));
                toCome(crashes.size() - i - 1);
                kills.add(CompletableFuture.supplyAsync(aftermath::watch, watching));
            }
            return kills.stream().map(CompletableFuture::join).toList();
        } finally {
            scene.pace().crashesLeft(0);
        }
    }

    /** With one replica clients need not be slow: while it is down they wait. */
    private void toCome(int crashes) {
        scene.pace().crashesLeft(scene.hasOtherReplicas() ? crashes : 0);
    }

    /** With one replica after a share of the transfers; with several when all are there again, so that every kill is alike. */
    private void awaitTurn(int crash, int crashes, List<CompletableFuture<Kill>> earlier) {
        Workload workload = scene.workload();
        if (!scene.hasOtherReplicas()) {
            int share = workload.size() * (crash + 1) / (crashes + 2);
            awaitOrEnd(() -> workload.done() >= share);
            return;
        }
        earlier.forEach(CompletableFuture::join);
        Pause.of(CALM);
    }

    private Aftermath strike(Crash crash) {
        ServiceProcess victim = victim(crash);
        Optional<RingView> ring = crash.victim() == Crash.Victim.REPLICA && scene.hasOtherReplicas()
                ? Optional.of(scene.rings().withEveryone())
                : Optional.empty();
        scene.pace().hurry();
        Holds holds = scene.cluster().holds(victim.name());
        String gtrid = hold(crash, holds);
        InDoubt.Situation situation = scene.inDoubt().of(gtrid);
        long pid = victim.pid();
        Instant killedAt = Instant.now();
        victim.kill();
        Instant deadAt = Instant.now();
        InDoubt.Snapshot atCrash = scene.inDoubt().now();
        scene.screen().killed(victim.name(), pid, crash, gtrid, situation, atCrash);
        holds.release(crash.point());
        return new Aftermath(
                scene, new Aftermath.Blow(crash, victim, gtrid, situation, atCrash, ring, killedAt, deadAt));
    }

    private ServiceProcess victim(Crash crash) {
        return switch (crash.victim()) {
            case REPLICA -> {
                List<ServiceProcess> replicas = scene.cluster().coordinators();
                yield replicas.get(random.nextInt(replicas.size()));
            }
            case BANK_SOUTH -> scene.cluster().service("south");
        };
    }

    /** Holds a transaction at the crash point that shows the picture; others that come by are let go. */
    private String hold(Crash crash, Holds holds) {
        while (true) {
            holds.arm(crash.point());
            awaitOrEnd(() -> holds.heldAt(crash.point()).isPresent());
            String gtrid = holds.heldAt(crash.point()).orElseThrow().toString();
            if (Pause.until(() -> crash.picture().test(scene.inDoubt().of(gtrid)), PICTURE_PATIENCE)) {
                return gtrid;
            }
            holds.release(crash.point());
        }
    }

    private void awaitOrEnd(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            if (scene.workload().isOver()) {
                throw new DemoException("the transfers ended before every crash had happened: try more of them");
            }
            Pause.of(LOOK_AGAIN);
        }
    }
}

package io.assent.samples.demo;

import io.assent.samples.faults.Holds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.BooleanSupplier;

/** Kills processes at crash points while the transfers run. What follows is for the {@link Aftermath} to see to. */
final class Saboteur {

    private static final Duration PICTURE_PATIENCE = Duration.ofMillis(500);
    /** Both branches are told in the same moment, unless the first was told before the point was armed. */
    private static final Duration SECOND_PATIENCE = Duration.ofMillis(100);

    private static final Duration CALM = Duration.ofSeconds(1);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(2);

    private final Scene scene;
    private final List<CompletableFuture<Kill>> kills = new ArrayList<>();

    Saboteur(Scene scene) {
        this.scene = scene;
    }

    /**
     * Spreads the crashes over the transfers. Returns when everything that was in doubt at any of them is resolved.
     *
     * @throws java.util.concurrent.CompletionException with the reason if a process does not come back, say
     */
    List<Kill> strike(List<Crash> crashes) {
        if (scene.hasOtherReplicas()) {
            scene.pace().crashesLeft(crashes.size());
        }
        try (ExecutorService watching = Executors.newVirtualThreadPerTaskExecutor()) {
            try {
                for (int i = 0; i < crashes.size(); i++) {
                    awaitTurn(i, crashes.size());
                    // Whatever is let go until one is held that shows the picture is lost for those to come.
                    scene.pace().crashesLeft(crashes.size() - i);
                    Aftermath aftermath = strike(crashes.get(i));
                    // With one replica clients need not be slow: while it is down they wait.
                    scene.pace().crashesLeft(scene.hasOtherReplicas() ? crashes.size() - i - 1 : 0);
                    kills.add(CompletableFuture.supplyAsync(aftermath::watch, watching));
                }
                while (!kills.stream().allMatch(CompletableFuture::isDone)) {
                    throwWhatFailed();
                    Pause.of(LOOK_AGAIN);
                }
                return kills.stream().map(CompletableFuture::join).toList();
            } catch (RuntimeException e) {
                watching.shutdownNow();
                throw e;
            }
        } finally {
            scene.pace().crashesLeft(0);
        }
    }

    /** With one replica after a share of the transfers; with several when all are there again, so that every kill is alike. */
    private void awaitTurn(int crash, int crashes) {
        Workload workload = scene.workload();
        if (!scene.hasOtherReplicas()) {
            int share = workload.size() * (crash + 1) / (crashes + 2);
            awaitOrEnd(() -> workload.done() >= share);
            return;
        }
        kills.forEach(CompletableFuture::join);
        Pause.of(CALM);
    }

    private Aftermath strike(Crash crash) {
        Optional<RingView> ring = crash.victim() == Crash.Victim.REPLICA && scene.hasOtherReplicas()
                ? Optional.of(scene.rings().withEveryone())
                : Optional.empty();
        if (scene.hasOtherReplicas()) {
            scene.pace().hurry();
        }
        Held held = hold(crash);
        ServiceProcess victim = held.victim();
        InDoubt.Situation situation = scene.inDoubt().of(held.gtrid());
        long pid = victim.pid();
        Instant killedAt = Instant.now();
        victim.kill();
        Instant deadAt = Instant.now();
        InDoubt.Snapshot atCrash = scene.inDoubt().now();
        scene.screen().killed(victim.name(), pid, crash, held.gtrid(), situation, atCrash);
        holds(victim).release(crash.point());
        return new Aftermath(
                scene, new Aftermath.Blow(crash, victim, held.gtrid(), situation, atCrash, ring, killedAt, deadAt));
    }

    private Holds holds(ServiceProcess process) {
        return scene.cluster().holds(process.name());
    }

    /** A transaction, and who is held at the crash point with it. */
    private record Held(ServiceProcess victim, String gtrid) {}

    /**
     * Holds a transaction at the crash point that shows the picture; others that come by are let go. Whichever replica comes
     * there first is the victim: at any moment one of them has most of the work.
     */
    private Held hold(Crash crash) {
        List<ServiceProcess> candidates = switch (crash.victim()) {
            case REPLICA -> scene.cluster().coordinators();
            case BANK_SOUTH -> List.of(scene.cluster().service("south"));
        };
        while (true) {
            Optional<Held> held = awaitHeld(crash, candidates);
            candidates.stream()
                    .filter(process -> held.isEmpty() || process != held.get().victim())
                    .forEach(process -> holds(process).release(crash.point()));
            if (held.isPresent() && shows(crash, held.get())) {
                return held.get();
            }
            held.ifPresent(other -> holds(other.victim()).release(crash.point()));
        }
    }

    private boolean shows(Crash crash, Held held) {
        return Pause.until(() -> crash.picture().test(scene.inDoubt().of(held.gtrid())), PICTURE_PATIENCE);
    }

    /** Until somebody is held; empty if whoever came by once seems not to come again. */
    private Optional<Held> awaitHeld(Crash crash, List<ServiceProcess> candidates) {
        switch (crash.time()) {
            case FIRST -> {
                candidates.forEach(process -> holds(process).arm(crash.point()));
                awaitOrEnd(() -> held(crash, candidates).isPresent());
            }
            case SECOND -> {
                candidates.forEach(process -> holds(process).armSecond(crash.point()));
                long end = System.nanoTime() + SECOND_PATIENCE.toNanos();
                awaitOrEnd(() -> held(crash, candidates).isPresent() || System.nanoTime() - end > 0);
            }
        }
        return held(crash, candidates);
    }

    private Optional<Held> held(Crash crash, List<ServiceProcess> candidates) {
        return candidates.stream()
                .flatMap(process ->
                        holds(process).heldAt(crash.point()).map(gtrid -> new Held(process, gtrid.toString())).stream())
                .findFirst();
    }

    private void awaitOrEnd(BooleanSupplier condition) {
        while (!condition.getAsBoolean()) {
            throwWhatFailed();
            if (scene.workload().isOver()) {
                throw new DemoException("the transfers ended before every crash had happened: try more of them");
            }
            Pause.of(LOOK_AGAIN);
        }
    }

    private void throwWhatFailed() {
        kills.stream().filter(CompletableFuture::isCompletedExceptionally).forEach(CompletableFuture::join);
    }
}

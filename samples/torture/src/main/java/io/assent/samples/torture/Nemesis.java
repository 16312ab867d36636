package io.assent.samples.torture;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Pause;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Strikes at random, a few places at once, and mends everything in the end. */
final class Nemesis {

    static final int FAULTS_AT_ONCE_MAX = 3;

    private static final int GAP_MILLIS_MAX = 1500;

    private final Faults faults;
    private final Random random;
    private final Path journal;
    private final Set<String> broken = ConcurrentHashMap.newKeySet();
    private final Map<FaultKind, Integer> struck = Collections.synchronizedMap(new EnumMap<>(FaultKind.class));

    /** @param journal a file for what it did and when */
    Nemesis(Faults faults, Random random, Path journal) {
        this.faults = faults;
        this.random = random;
        this.journal = journal;
    }

    /** How often each kind has struck. */
    Map<FaultKind, Integer> struck() {
        synchronized (struck) {
            return Map.copyOf(struck);
        }
    }

    /** Returns when the time is over and all is mended. */
    void rage(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try (PrintWriter log = new PrintWriter(
                        Files.newBufferedWriter(journal, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
                ExecutorService striking = Executors.newVirtualThreadPerTaskExecutor()) {
            CompletableFuture<Void> all = CompletableFuture.completedFuture(null);
            while (System.nanoTime() - end < 0) {
                Fault fault = faults.next();
                boolean free = Pause.until(() -> isFree(fault) || System.nanoTime() - end > 0, time.plusSeconds(1));
                if (free && System.nanoTime() - end < 0) {
                    broken.add(fault.place());
                    all = CompletableFuture.allOf(all, CompletableFuture.runAsync(() -> strike(fault, log), striking));
                }
                Pause.of(Duration.ofMillis(random.nextInt(GAP_MILLIS_MAX)));
            }
            all.join();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (CompletionException e) {
            throw e.getCause() instanceof DemoException cause ? cause : e;
        }
    }

    private boolean isFree(Fault fault) {
        return broken.size() < FAULTS_AT_ONCE_MAX && !broken.contains(fault.place());
    }

    private void strike(Fault fault, PrintWriter log) {
        try {
            write(log, "strike " + fault);
            fault.strike().run();
            struck.merge(fault.kind(), 1, Integer::sum);
            Pause.of(fault.lasting());
            write(log, "heal " + fault);
            fault.heal().run();
            write(log, "healed " + fault);
        } finally {
            broken.remove(fault.place());
        }
    }

    private static void write(PrintWriter log, String text) {
        log.println(Instant.now() + " " + text);
        log.flush();
    }
}

package io.assent.samples.crash;

import io.assent.samples.demo.Pause;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;

/** Runs one cell: some transactions, the fault in the middle of them, and then a look at what is left. */
final class CellRun {

    private static final int TRANSACTIONS = 3;
    private static final int TAMPERED = 2;
    private static final Duration REACH_PATIENCE = Duration.ofSeconds(20);
    private static final Duration SETTLE_PATIENCE = Duration.ofSeconds(30);

    private final Parties parties;
    private final Client client;
    private final Books books;
    private final ExecutorService threads;

    CellRun(Parties parties, Client client, ExecutorService threads) {
        this.parties = parties;
        this.client = client;
        this.books = new Books(parties);
        this.threads = threads;
    }

    /** What is wrong; empty if all is well. */
    List<String> run(Cell cell) {
        List<String> wrong = new ArrayList<>();
        List<Payment> payments = switch (cell) {
            case Cell.Die die -> die(die, wrong);
            case Cell.Tamper tamper -> tamper(tamper, wrong);
        };
        wrong.addAll(settled(payments));
        return wrong;
    }

    /** A transaction of each kind without any fault. */
    List<String> warmUp() {
        List<CompletableFuture<Payment>> running = new ArrayList<>();
        for (Workload workload : Workload.values()) {
            running.add(CompletableFuture.supplyAsync(() -> client.run(workload), threads));
        }
        return settled(running.stream().map(CompletableFuture::join).toList());
    }

    private List<Payment> tamper(Cell.Tamper cell, List<String> wrong) {
        parties.network().arm(cell.message(), cell.tampering(), TAMPERED);
        List<CompletableFuture<Payment>> running = begin(cell.workload());
        List<Payment> payments = running.stream().map(CompletableFuture::join).toList();
        if (!Pause.until(() -> parties.network().struck() > 0, REACH_PATIENCE)) {
            wrong.add("no such message was sent");
        }
        parties.network().disarm();
        return payments;
    }

    private List<Payment> die(Cell.Die cell, List<String> wrong) {
        String point = cell.point().name();
        List<String> there = Parties.on(cell.point().side());
        if (cell.point().isOfTheFloor()) {
            lowerTheFloor();
        }
        there.forEach(name -> parties.holds(name).arm(point));
        List<CompletableFuture<Payment>> running = begin(cell.workload());
        Set<String> held = new LinkedHashSet<>();
        boolean reached = Pause.until(
                () -> {
                    there.stream()
                            .filter(name -> parties.holds(name).heldAt(point).isPresent())
                            .forEach(held::add);
                    return !held.isEmpty();
                },
                REACH_PATIENCE);
        if (reached) {
            List<String> victims = victims(cell, held);
            parties.kill(victims);
            there.forEach(name -> parties.holds(name).release(point));
            parties.startAgain(victims);
        } else {
            wrong.add("the point was not reached within " + REACH_PATIENCE.toSeconds() + " s");
            there.forEach(name -> parties.holds(name).release(point));
        }
        return running.stream().map(CompletableFuture::join).toList();
    }

    /** Who stands at the point; where the other side dies, all of it. */
    private static List<String> victims(Cell.Die cell, Set<String> held) {
        Set<String> victims = new LinkedHashSet<>();
        for (Side side :
                cell.victim() == Side.BOTH ? List.of(Side.COORDINATOR, Side.PARTICIPANT) : List.of(cell.victim())) {
            victims.addAll(side == cell.point().side() ? held : Parties.on(side));
        }
        return List.copyOf(victims);
    }

    /**
     * The floor rises once a minute at the most. That it rises now is arranged by taking back its last steps: all ids
     * that this concerns are over, and nobody will use them again.
     */
    private void lowerTheFloor() {
        parties.log().execute("UPDATE floor SET gtrid = '00000000-0000-7000-8000-000000000000' WHERE id = 1");
    }

    private List<CompletableFuture<Payment>> begin(Workload workload) {
        List<CompletableFuture<Payment>> running = new ArrayList<>();
        for (int i = 0; i < TRANSACTIONS; i++) {
            running.add(CompletableFuture.supplyAsync(() -> client.run(workload), threads));
        }
        return running;
    }

    private List<String> settled(List<Payment> payments) {
        if (!Pause.until(() -> books.left().isEmpty(), SETTLE_PATIENCE)) {
            List<String> wrong = new ArrayList<>(books.left());
            wrong.addFirst("after " + SETTLE_PATIENCE.toSeconds() + " s something is left");
            wrong.addAll(books.wrong(payments));
            return wrong;
        }
        return books.wrong(payments);
    }
}

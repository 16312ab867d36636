package io.assent.coordinator.simulation;

import io.assent.api.Gtrid;
import io.assent.coordinator.protocol.DecisionRow;
import io.assent.coordinator.protocol.Proposal;
import io.assent.coordinator.simulation.LogServer.Ending;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * One run of the statement that decides a batch: a snapshot of the floor, the keys in order, the commit. It goes on
 * whatever becomes of who sent it, and ends only with the server.
 */
final class Decide {

    /** @param rows the winning rows; an id without one was refused */
    record Result(Map<Gtrid, DecisionRow> rows, Ending ending) {}

    private final LogServer server;
    private final Timeline timeline;
    private final Set<Mutation> mutations;
    private final UUID batch;
    private final List<Proposal> proposals;
    private final Consumer<Result> reply;
    private final List<Gtrid> inserted = new ArrayList<>();
    private Gtrid floor = Gtrid.floorOf(0);

    Decide(World world, UUID batch, List<Proposal> proposals, Consumer<Result> reply) {
        this.server = world.log;
        this.timeline = world.timeline;
        this.mutations = world.mutations;
        this.batch = batch;
        this.proposals = proposals;
        this.reply = reply;
    }

    void start() {
        server.floorLock().share(this, this::begin);
    }

    private void begin() {
        floor = mutations.contains(Mutation.FLOOR) ? Gtrid.floorOf(0) : server.floor();
        later(() -> insert(0));
    }

    private void insert(int from) {
        for (int i = from; i < proposals.size(); i++) {
            Gtrid gtrid = proposals.get(i).gtrid();
            int here = i;
            if (gtrid.compareTo(floor) < 0) {
                continue;
            }
            if (server.hasRow(gtrid) && !mutations.contains(Mutation.FIRST_WINS)) {
                continue;
            }
            if (!server.keys().take(gtrid, this, server.host.inThisLife(() -> insert(here)))) {
                return;
            }
            inserted.add(gtrid);
        }
        later(this::commit);
    }

    private void commit() {
        List<DecisionRow> rows = new ArrayList<>();
        for (Proposal p : proposals) {
            if (inserted.contains(p.gtrid())) {
                rows.add(new DecisionRow(
                        p.gtrid(), p.decision(), p.branches(), p.reason(), p.labels(), batch, Instant.EPOCH));
            }
        }
        server.commitRows(rows, server.host.isUp() ? this::committed : _ -> {});
    }

    private void committed(Ending ending) {
        server.keys().release(this);
        server.floorLock().release(this);
        Map<Gtrid, DecisionRow> rows = new TreeMap<>();
        for (Proposal p : proposals) {
            if (server.hasRow(p.gtrid()) && p.gtrid().compareTo(floor) >= 0) {
                rows.put(p.gtrid(), server.row(p.gtrid()));
            }
        }
        reply.accept(new Result(rows, ending));
    }

    private void later(Runnable step) {
        timeline.after(server.stepNanos(), server.host.inThisLife(step));
    }
}

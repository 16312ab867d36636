package io.assent.coordinator.simulation;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** A participant's PostgreSQL: transactions, row locks, prepared transactions and what pg_xact_status says. */
final class Database {

    private static final int GTRID_LENGTH = 36;

    /** A transaction of one session. */
    static final class Work {
        private @Nullable Long xid;
        private final Set<Integer> locks = new TreeSet<>();

        private void clear() {
            xid = null;
            locks.clear();
        }
    }

    /** A prepared transaction. */
    record Prepared(String gid, long xid, long atNanos, Set<Integer> locks) {}

    enum Status {
        IN_PROGRESS,
        COMMITTED,
        ABORTED
    }

    private final World world;
    private final String name;
    private final Map<Integer, Object> locks = new HashMap<>();
    private final TreeMap<String, Prepared> prepared = new TreeMap<>();
    private final TreeMap<Long, Status> statuses = new TreeMap<>();
    private final List<Work> open = new ArrayList<>();
    private Map<String, Prepared> backup = new TreeMap<>();
    private boolean backsUp;
    private long nextXid = 700;

    Database(World world, String name) {
        this.world = world;
        this.name = name;
    }

    Work begin() {
        Work work = new Work();
        open.add(work);
        return work;
    }

    void write(Work work, int account) throws SQLException {
        Object holder = locks.putIfAbsent(account, work);
        if (holder != null && !holder.equals(work)) {
            throw new SQLException("canceling statement due to lock timeout", "55P03");
        }
        work.locks.add(account);
        if (work.xid == null) {
            work.xid = nextXid++;
            statuses.put(work.xid, Status.IN_PROGRESS);
        }
    }

    @Nullable
    Long xid(Work work) {
        return world.mutated(Mutation.RO_NO_WRITES) ? null : work.xid;
    }

    void end(Work work, Status status) {
        if (work.xid != null) {
            statuses.put(work.xid, status);
        }
        locks.values().removeIf(h -> h.equals(work));
        open.remove(work);
    }

    boolean wrote(Work work) {
        return work.xid != null;
    }

    void prepare(Work work, String gid) throws SQLException {
        if (prepared.containsKey(gid)) {
            end(work, Status.ABORTED);
            throw new SQLException("transaction identifier is already in use: " + gid, "42710");
        }
        long xid = work.xid == null ? nextXid++ : work.xid;
        statuses.put(xid, Status.IN_PROGRESS);
        Prepared now = new Prepared(gid, xid, world.timeline.nowNanos(), Set.copyOf(work.locks));
        work.locks.forEach(account -> locks.put(account, now));
        open.remove(work);
        work.clear();
        prepared.put(gid, now);
        world.witness.prepared(name, gtrid(gid), bqual(gid));
        if (backsUp) {
            world.trace.note(name, "", "is backed up");
            backsUp = false;
            backup = new TreeMap<>(prepared);
        }
    }

    /** @return false if there is no such prepared transaction */
    boolean finish(String gid, Status status) {
        Prepared ending = prepared.remove(gid);
        if (ending == null) {
            return false;
        }
        statuses.put(ending.xid, status);
        locks.values().removeIf(h -> h.equals(ending));
        if (status == Status.COMMITTED) {
            world.witness.committed(name, gtrid(gid), bqual(gid));
        } else {
            world.witness.rolledBack(name, gtrid(gid), bqual(gid));
        }
        return true;
    }

    @Nullable
    Prepared prepared(String gid) {
        return prepared.get(gid);
    }

    List<Prepared> prepared() {
        return List.copyOf(prepared.values());
    }

    long nextXid() {
        return nextXid;
    }

    @Nullable
    Status status(long xid) throws SQLException {
        if (xid >= nextXid) {
            throw new SQLException("transaction ID " + xid + " is in the future", "22023");
        }
        return statuses.get(xid);
    }

    /** The server or its client dies: what is not prepared is rolled back. */
    void sessionsEnd() {
        for (Work work : List.copyOf(open)) {
            end(work, Status.ABORTED);
        }
        if (world.mutated(Mutation.PREP_STABLE)) {
            List.copyOf(prepared.keySet()).forEach(gid -> finish(gid, Status.ABORTED));
        }
    }

    /** An operator ends a branch without asking. */
    void rollBackByHand(int choice) {
        List<String> all = List.copyOf(prepared.keySet());
        if (!all.isEmpty()) {
            String gid = all.get(Math.floorMod(choice, all.size()));
            world.witness.brokenInto(name, gtrid(gid), bqual(gid), "rolls back by hand");
            finish(gid, Status.ABORTED);
        }
    }

    /** When the next branch is prepared, so that the backup shows it. */
    void backUp() {
        backsUp = true;
    }

    /** What the backup shows prepared is prepared again, whatever became of it. */
    void restore() {
        world.trace.note(name, "", "is restored");
        for (Prepared old : backup.values()) {
            boolean free = old.locks.stream().noneMatch(locks::containsKey);
            if (!prepared.containsKey(old.gid) && free) {
                world.witness.brokenInto(name, gtrid(old.gid), bqual(old.gid), "restores");
                prepared.put(old.gid, old);
                statuses.put(old.xid, Status.IN_PROGRESS);
                old.locks.forEach(account -> locks.put(account, old));
            }
        }
    }

    /** What an operator does who knows how the transaction ended. */
    void settle(String gid, Status truth) {
        finish(gid, truth);
    }

    String inUse() {
        if (!prepared.isEmpty()) {
            return "prepared "
                    + prepared.keySet().stream().map(gid -> bqual(gid).value()).toList();
        }
        return open.isEmpty() && locks.isEmpty() ? "" : "open " + open.size() + " locked " + locks.keySet();
    }

    /** {@code assent:<service>:<gtrid>:<bqual>} */
    static Gtrid gtrid(String gid) {
        int end = gid.lastIndexOf(':');
        return Gtrid.parse(gid.substring(end - GTRID_LENGTH, end));
    }

    static Bqual bqual(String gid) {
        return new Bqual(gid.substring(gid.lastIndexOf(':') + 1));
    }
}

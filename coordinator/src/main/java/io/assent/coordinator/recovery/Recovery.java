package io.assent.coordinator.recovery;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.port.Backlog;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.DecisionLog.Availability;
import io.assent.coordinator.engine.port.DecisionLog.Cursor;
import io.assent.coordinator.engine.port.DecisionLog.OverdueIntent;
import io.assent.coordinator.engine.port.DecisionLog.Tracked;
import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.DecisionRow;
import java.time.Duration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Sweeps what one log tracks as unfinished: at start, when the replicas change, and periodically. Hands to the engine what is this
 * replica's to finish and is not in its memory, and takes from it what is another's. Reads the tracking alone, never the history.
 *
 * <p>Whose it is: for the first moments (the hand-over) the replica's that decided it, as long as it is alive; after that the owner's
 * by the ring; and what has not been finished for long the next one's too, since the owner may not reach a participant that the
 * next one does; and a replica that is about to serve, alone, takes up everything. So an owner that dies is replaced at once, retries do not multiply with the replicas, and replicas that disagree
 * about the ring deliver twice at the most.
 *
 * <p>Thread-safe; does not block.
 */
public final class Recovery {

    /** From one look for room in memory to the next. */
    public static final Duration ROOM_PAUSE = Duration.ofMillis(20);

    /** So many transactions, or a batch more, are read before the first of a sweep is taken up; what follows comes by the page. */
    private static final int FIRST_PAGE_MAX = 64;

    private final Engine engine;
    private final Backlog log;
    private final Membership membership;
    private final Scheduler scheduler;
    private final RecoverySettings settings;
    private final AtomicLong adopted = new AtomicLong();
    private final AtomicLong released = new AtomicLong();
    private Scheduler.@Nullable Cancellable next;
    private @Nullable Cursor stoppedAt;
    private boolean sweeping;
    /** The replicas have changed during the sweep. */
    private boolean again;

    private boolean closed;
    private boolean begun;

    public Recovery(Engine engine, Backlog log, Membership membership, Scheduler scheduler, RecoverySettings settings) {
        this.engine = engine;
        this.log = log;
        this.membership = membership;
        this.scheduler = scheduler;
        this.settings = settings;
    }

    /** Starts the first sweep at once, and another one whenever the replicas change. */
    public void start() {
        membership.onChange(this::sweepFromTheStart);
        sweepFromTheStart();
    }

    /** No sweep starts after this. */
    public synchronized void close() {
        closed = true;
        if (next != null) {
            next.cancel();
        }
    }

    /** How many transactions were taken up since the start. */
    public long adoptedCount() {
        return adopted.get();
    }

    /** How many transactions were left to their owners since the start. */
    public long releasedCount() {
        return released.get();
    }

    /** Whether the log has begun to tell what is unfinished. How long all of it takes depends on how much it is. */
    public synchronized boolean hasBegun() {
        return begun;
    }

    private synchronized void sweepFromTheStart() {
        stoppedAt = null;
        if (sweeping) {
            again = true;
        } else {
            if (next != null) {
                next.cancel();
            }
            sweep();
        }
    }

    private synchronized void sweep() {
        if (closed || sweeping) {
            return;
        }
        sweeping = true;
        Sweep sweep = new Sweep(stoppedAt == null);
        Cursor from = stoppedAt;
        stoppedAt = null;
        sweep.start(from);
    }

    /** @param waited is part of the interval until the next one */
    private synchronized void ended(@Nullable Cursor goOnAfter, Duration waited) {
        sweeping = false;
        boolean now = again;
        again = false;
        stoppedAt = now ? null : goOnAfter;
        if (!closed) {
            Duration left = settings.interval().minus(waited);
            next = scheduler.after(now || left.isNegative() ? Duration.ZERO : left, this::sweep);
        }
    }

    private synchronized void hasRead() {
        begun = true;
    }

    private synchronized boolean isOutdated() {
        return again;
    }

    private synchronized boolean isClosed() {
        return closed;
    }

    /** One walk through what is tracked, each page with the replicas as they are known then. */
    private final class Sweep {

        /** Began at the start of the tracking, so that what it does not meet is not tracked. */
        private final boolean whole;
        /** What of this log was in memory when the sweep began. */
        private final Set<Gtrid> inMemory = new HashSet<>();
        /** What of that is tracked, and so is not finished. */
        private final Set<Gtrid> met = ConcurrentHashMap.newKeySet();
        /** For room, in all. */
        private Duration waited = Duration.ZERO;
        /** For room, since there was some. */
        private Duration stalled = Duration.ZERO;

        Sweep(boolean whole) {
            this.whole = whole;
        }

        void start(@Nullable Cursor from) {
            // What waits for room in a queue may be all that there is room for here: then no page is read that would
            // meet it.
            engine.offerAgain();
            Replicas replicas = membership.replicas();
            if (replicas.ring().isPresent()) {
                release(gtrid -> !replicas.isOwn(gtrid) && !replicas.isBackup(gtrid));
            }
            if (whole) {
                engine.delivering().stream().filter(log::holds).forEach(inMemory::add);
            }
            readIntents(null);
            if (engine.deliveryRoom() > 0) {
                readPageNow(from);
            } else {
                readPage(from);
            }
        }

        private void readIntents(@Nullable OverdueIntent after) {
            log.overdueIntents(after, settings.page(), intents -> {
                Replicas replicas = membership.replicas();
                intents.stream()
                        .filter(i -> isDuty(replicas, i.gtrid(), i.overdue()))
                        .forEach(engine::adopt);
                if (intents.size() >= settings.page()) {
                    readIntents(intents.getLast());
                }
            });
        }

        /**
         * What is unfinished may be more than memory has room for: then the sweep goes at the pace of the deliveries, unless
         * these make no room.
         */
        private void readPage(@Nullable Cursor after) {
            if (isClosed()) {
                ended(after, waited);
            } else if (hasRoom() || isOutdated() || stalled.compareTo(settings.interval()) >= 0) {
                readPageNow(after);
            } else {
                waited = waited.plus(ROOM_PAUSE);
                stalled = stalled.plus(ROOM_PAUSE);
                scheduler.after(ROOM_PAUSE, () -> readPage(after));
            }
        }

        /** Room for a page, or half of all there is. */
        private boolean hasRoom() {
            int room = engine.deliveryRoom();
            boolean enough = room >= settings.page() || room >= engine.deliveringCount();
            if (enough) {
                stalled = Duration.ZERO;
            }
            return enough;
        }

        private void readPageNow(@Nullable Cursor after) {
            // With no room nothing is taken up, but what others have finished meanwhile is found out, and makes room.
            boolean full = engine.deliveryRoom() == 0;
            Replicas replicas = membership.replicas();
            int size = after == null ? Math.min(FIRST_PAGE_MAX, settings.page()) : settings.page();
            log.unfinished(after, size, tracked -> isWanted(replicas, tracked) && !full, page -> {
                takeUp(page);
                if (page.available() == Availability.UNAVAILABLE) {
                    ended(after, waited);
                    return;
                }
                hasRead();
                if (page.next().isPresent()) {
                    readNext(page.next().get(), after == null);
                } else {
                    finish();
                }
            });
        }

        /** What is first in the log may be here already, and more of it than there is room for. */
        private void readNext(Cursor next, boolean second) {
            if (second && engine.deliveryRoom() > 0 && !isClosed()) {
                readPageNow(next);
            } else {
                readPage(next);
            }
        }

        /** Whatever one transaction throws, there is a next sweep, and it goes on behind this page. */
        private void takeUp(DecisionLog.Page page) {
            boolean taken = false;
            try {
                page.rows().forEach(this::takeUp);
                taken = true;
            } finally {
                if (!taken) {
                    ended(page.next().orElse(null), waited);
                }
            }
        }

        private void takeUp(DecisionRow row) {
            meet(row.gtrid());
            if (engine.look(row.gtrid()).isEmpty()) {
                adopted.incrementAndGet();
            }
            engine.adopt(row);
        }

        private void meet(Gtrid gtrid) {
            if (inMemory.contains(gtrid)) {
                met.add(gtrid);
            }
        }

        private boolean isWanted(Replicas replicas, Tracked tracked) {
            Gtrid gtrid = tracked.gtrid();
            if (engine.look(gtrid).isPresent()) {
                meet(gtrid);
                return false;
            }
            Optional<UUID> writer = tracked.writer().filter(replicas::isAlive);
            boolean fresh = tracked.age().compareTo(settings.handOver()) < 0;
            return (fresh && writer.isPresent())
                    ? replicas.isSelf(writer.get())
                    : isDuty(replicas, gtrid, tracked.age());
        }

        /** To deliver it takes no listening, so the first replica to start need not wait for that. */
        private boolean isDuty(Replicas replicas, Gtrid gtrid, Duration age) {
            return replicas.isOwn(gtrid)
                    || replicas.isFirst()
                    || (age.compareTo(settings.backUpAfter()) >= 0 && replicas.isBackup(gtrid));
        }

        /** What is not tracked any more another replica has finished, or an operator there has given up. */
        private void finish() {
            if (whole) {
                release(gtrid -> inMemory.contains(gtrid) && !met.contains(gtrid));
            }
            ended(null, waited);
        }

        private void release(Predicate<Gtrid> others) {
            released.addAndGet(engine.release(settings.handOver(), others));
        }
    }
}

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
 * next one does. So an owner that dies is replaced at once, retries do not multiply with the replicas, and replicas that disagree
 * about the ring deliver twice at the most.
 *
 * <p>Thread-safe; does not block.
 */
public final class Recovery {

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
    private boolean swept;

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

    /** Whether all that was unfinished has been read at least once. */
    public synchronized boolean hasSwept() {
        return swept;
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
        Sweep sweep = new Sweep(membership.replicas(), stoppedAt == null);
        Cursor from = stoppedAt;
        stoppedAt = null;
        sweep.start(from);
    }

    private synchronized void ended(@Nullable Cursor goOnAfter) {
        sweeping = false;
        boolean now = again;
        again = false;
        stoppedAt = now ? null : goOnAfter;
        if (!closed) {
            next = scheduler.after(now ? Duration.ZERO : settings.interval(), this::sweep);
        }
    }

    private synchronized void sawEverything() {
        swept = true;
    }

    /** One walk through what is tracked, with the replicas as they were known at its beginning. */
    private final class Sweep {

        private final Replicas replicas;
        /** Began at the start of the tracking, so that what it does not meet is not tracked. */
        private final boolean whole;
        /** What this log tracks of what is in memory here; bounded by what may be in memory. */
        private final Set<Gtrid> met = ConcurrentHashMap.newKeySet();

        private final Set<Gtrid> inMemory = new HashSet<>();

        Sweep(Replicas replicas, boolean whole) {
            this.replicas = replicas;
            this.whole = whole;
        }

        void start(@Nullable Cursor from) {
            // What waits for room in a queue may be all that there is room for here: then no page is read that would
            // meet it.
            engine.offerAgain();
            if (replicas.ring().isPresent()) {
                release(gtrid -> !replicas.isOwn(gtrid) && !replicas.isBackup(gtrid));
            }
            if (whole) {
                engine.delivering().stream().filter(log::holds).forEach(inMemory::add);
            }
            readIntents(null);
            readPage(from);
        }

        private void readIntents(@Nullable OverdueIntent after) {
            log.overdueIntents(after, settings.page(), intents -> {
                intents.stream().filter(i -> isDuty(i.gtrid(), i.overdue())).forEach(engine::adopt);
                if (intents.size() >= settings.page()) {
                    readIntents(intents.getLast());
                }
            });
        }

        private void readPage(@Nullable Cursor after) {
            // With no room nothing is taken up, but what others have finished meanwhile is found out, and makes room.
            boolean full = engine.deliveryRoom() == 0;
            log.unfinished(after, settings.page(), tracked -> isWanted(tracked) && !full, page -> {
                takeUp(page);
                if (page.available() == Availability.UNAVAILABLE) {
                    ended(after);
                } else if (page.next().isPresent()) {
                    readPage(page.next().get());
                } else {
                    sawEverything();
                    finish();
                }
            });
        }

        /** Whatever one transaction throws, there is a next sweep, and it goes on behind this page. */
        private void takeUp(DecisionLog.Page page) {
            boolean taken = false;
            try {
                page.rows().forEach(this::takeUp);
                taken = true;
            } finally {
                if (!taken) {
                    ended(page.next().orElse(null));
                }
            }
        }

        private void takeUp(DecisionRow row) {
            if (engine.look(row.gtrid()).isEmpty()) {
                adopted.incrementAndGet();
            }
            engine.adopt(row);
        }

        private boolean isWanted(Tracked tracked) {
            Gtrid gtrid = tracked.gtrid();
            if (engine.look(gtrid).isPresent()) {
                met.add(gtrid);
                return false;
            }
            Optional<UUID> writer = tracked.writer().filter(replicas::isAlive);
            boolean fresh = tracked.age().compareTo(settings.handOver()) < 0;
            return (fresh && writer.isPresent()) ? replicas.isSelf(writer.get()) : isDuty(gtrid, tracked.age());
        }

        private boolean isDuty(Gtrid gtrid, Duration age) {
            return replicas.isOwn(gtrid) || (age.compareTo(settings.backUpAfter()) >= 0 && replicas.isBackup(gtrid));
        }

        /** What is not tracked any more another replica has finished, or an operator there has given up. */
        private void finish() {
            if (whole) {
                release(gtrid -> inMemory.contains(gtrid) && !met.contains(gtrid));
            }
            ended(null);
        }

        private void release(Predicate<Gtrid> others) {
            released.addAndGet(engine.release(settings.handOver(), others));
        }
    }
}

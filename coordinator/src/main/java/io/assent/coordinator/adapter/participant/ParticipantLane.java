package io.assent.coordinator.adapter.participant;

import io.assent.api.Instruction;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.ParticipantGateway.Attempts;
import io.assent.coordinator.protocol.ListedBranch;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one participant. No timer and no window collects a batch: a request leaves as soon as something waits and a
 * slot is free, and what comes meanwhile rides in the next one. Thread-safe.
 */
final class ParticipantLane {

    private static final Logger LOG = LoggerFactory.getLogger(ParticipantLane.class);

    enum Access {
        ALLOWED,
        /** The origin is not among the allowed ones: nothing is ever sent. */
        FORBIDDEN
    }

    enum Taken {
        TAKEN,
        FULL,
        /** The lane has been given up as idle; ask for a new one. */
        RETIRED
    }

    private enum State {
        RUNNING,
        RETIRED,
        CLOSED
    }

    private enum Pump {
        IDLE,
        RUNNING
    }

    private final ParticipantUrl participant;
    private final Access access;
    private final Means means;
    private final Transport.Route route;
    private final InstructionCrashPoints crashPoints;
    /**
     * Guards what is below. Taken by what others call and by {@code pump}, {@code awake} and {@code settle}; never held while a
     * request is sent or an answer is passed on.
     */
    private final Lock lock = new ReentrantLock();

    private final Outbox outbox;
    private final Circuit circuit;
    private final OwedReplies owed;
    private final Settlement settlement;
    private final RetrySchedule retries;
    private State state = State.RUNNING;
    private Pump pump = Pump.IDLE;
    private long sequence;

    ParticipantLane(ParticipantUrl participant, Access access, Means means) {
        this.participant = participant;
        this.access = access;
        this.means = means;
        this.crashPoints = new InstructionCrashPoints(means.crashPoints());
        this.outbox = new Outbox(means.settings().bounds().queueMax());
        this.circuit = new Circuit(means.backOff());
        this.owed = new OwedReplies(means.settings().timeouts().prompt());
        this.settlement = new Settlement(participant, outbox, circuit, owed, means);
        this.retries = new RetrySchedule(outbox, circuit, means.scheduler());
        this.route = means.transport().open(participant);
    }

    /** Adds the instruction; if it is there already, the new purpose counts and it is tried at once. */
    Taken offer(Pending.Key key, ListedBranch branch, Purpose purpose) {
        lock.lock();
        try {
            if (state != State.RUNNING) {
                return state == State.RETIRED ? Taken.RETIRED : Taken.FULL;
            }
            Optional<Pending> present = outbox.find(key);
            if (present.isPresent() && present.get().purpose().action() == purpose.action()) {
                Pending pending = present.get();
                pending.replacePurpose(purpose);
                outbox.hurry(pending);
                circuit.hurry();
            } else {
                present.ifPresent(outbox::remove);
                if (outbox.isFull()) {
                    return Taken.FULL;
                }
                outbox.add(newPending(key, branch, purpose));
            }
            startPump();
            return Taken.TAKEN;
        } finally {
            lock.unlock();
        }
    }

    void withdraw(Pending.Key key) {
        lock.lock();
        try {
            outbox.find(key).ifPresent(outbox::remove);
        } finally {
            lock.unlock();
        }
    }

    Optional<Attempts> attempts(Pending.Key key) {
        lock.lock();
        try {
            Optional<Instant> silentSince = settlement.silence().map(Settlement.Silence::since);
            return outbox.find(key).map(p -> new Attempts(p.attempts(), p.lastError(), nextAt(p), silentSince));
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return outbox.size();
        } finally {
            lock.unlock();
        }
    }

    /** Empty if the participant answers, or nothing waits for it. */
    Optional<SilentParticipant> silent() {
        lock.lock();
        try {
            return settlement.silent();
        } finally {
            lock.unlock();
        }
    }

    /** Whether what waits now is most likely answered promptly. */
    boolean isPrompt() {
        lock.lock();
        try {
            boolean leavesAtOnce = state == State.RUNNING
                    && outbox.waitingCount() <= means.settings().bounds().batchMax();
            return leavesAtOnce && owed.arePrompt(means.scheduler().nanoTime());
        } finally {
            lock.unlock();
        }
    }

    boolean isInBackOff() {
        lock.lock();
        try {
            return circuit.isOpen();
        } finally {
            lock.unlock();
        }
    }

    /** Gives the lane up if nothing is left to be sent or awaited. What it knew of the participant's health goes too. */
    boolean retireIfIdle() {
        lock.lock();
        try {
            if (outbox.isEmpty() && owed.count() == 0 && state == State.RUNNING) {
                state = State.RETIRED;
                retries.cancel();
                route.close();
            }
            return state == State.RETIRED;
        } finally {
            lock.unlock();
        }
    }

    /** Sends nothing more; replies under way still count. */
    void close() {
        lock.lock();
        try {
            state = State.CLOSED;
            retries.cancel();
        } finally {
            lock.unlock();
        }
    }

    private Pending newPending(Pending.Key key, ListedBranch branch, Purpose purpose) {
        Pending pending = new Pending(key, branch, purpose, sequence++);
        if (access == Access.FORBIDDEN) {
            pending.held("origin not allowed: " + participant.origin());
        }
        return pending;
    }

    private Optional<Instant> nextAt(Pending pending) {
        return access == Access.FORBIDDEN ? Optional.empty() : retries.nextAt(pending);
    }

    /** Elsewhere, so that offering never waits; and so that a burst of offers finds itself in one batch. */
    private void startPump() {
        if (pump == Pump.IDLE && state == State.RUNNING && access == Access.ALLOWED) {
            pump = Pump.RUNNING;
            route.execute(this::pump);
        }
    }

    private void pump() {
        while (true) {
            Optional<Batch> batch;
            lock.lock();
            try {
                // One reading for both: what is not due in the one would else be due, and not armed, in the other.
                long now = means.scheduler().nanoTime();
                batch = nextBatch(now);
                if (batch.isEmpty()) {
                    pump = Pump.IDLE;
                    if (state == State.RUNNING) {
                        retries.arm(now, this::awake);
                    }
                    return;
                }
                owed.sent(now);
            } finally {
                lock.unlock();
            }
            send(batch.get());
        }
    }

    private Optional<Batch> nextBatch(long now) {
        outbox.wake(now);
        boolean slotFree = owed.count() < means.settings().bounds().requestsMax();
        if (state != State.RUNNING || !slotFree || !outbox.hasWaiting() || !circuit.allows(now)) {
            return Optional.empty();
        }
        List<Pending> members = outbox.take(means.settings().bounds().batchMax());
        return Optional.of(Batch.of(members, circuit.sent(), now));
    }

    private void awake() {
        lock.lock();
        try {
            startPump();
        } finally {
            lock.unlock();
        }
    }

    private void send(Batch batch) {
        means.statistics().countRequest();
        for (Instruction instruction : batch.instructions()) {
            means.statistics().countSent(instruction.action());
            crashPoints.reachedBefore(instruction);
        }
        means.underWay().begin();
        CompletableFuture<Void> _ =
                route.send(batch.instructions()).thenAccept(reply -> route.execute(() -> ended(batch, reply)));
    }

    private void ended(Batch batch, Reply reply) {
        try {
            settle(batch, reply);
        } catch (RuntimeException e) {
            LOG.error("a reply could not be processed to its end participant={}", participant, e);
        } finally {
            means.underWay().end();
        }
    }

    private void settle(Batch batch, Reply reply) {
        List<Runnable> tell;
        lock.lock();
        try {
            tell = settlement.settle(batch, reply);
            startPump();
        } finally {
            lock.unlock();
        }
        // Outside the lock: a consumer may come straight back with the next instruction.
        tell.forEach(this::run);
        if (reply instanceof Reply.Answered) {
            batch.instructions().forEach(crashPoints::reachedAfter);
        }
    }

    private void run(Runnable tell) {
        try {
            tell.run();
        } catch (RuntimeException e) {
            LOG.error("an answer could not be passed on participant={}", participant, e);
        }
    }
}

package io.assent.coordinator.adapter.participant;

import io.assent.api.CrashPoints;
import io.assent.api.Instruction;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.coordinator.engine.port.ParticipantGateway.Attempts;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.engine.port.Scheduler.Cancellable;
import io.assent.coordinator.protocol.ListedBranch;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The way to one participant. No timer and no window collects a batch: a request leaves as soon as something waits and a
 * slot is free, and what comes meanwhile rides in the next one. Thread-safe.
 */
final class ParticipantLane {

    private static final Logger LOG = LoggerFactory.getLogger(ParticipantLane.class);
    private static final long NANOS_PER_MILLI = 1_000_000;

    /** What all lanes share. */
    record Means(
            GatewaySettings settings,
            Scheduler scheduler,
            Transport transport,
            BackOff backOff,
            GatewayStatistics statistics,
            CrashPoints crashPoints,
            UnderWay underWay) {}

    /** @param failuresBefore of the participant when the request was sent */
    record Batch(List<Pending> members, List<Instruction> instructions, int failuresBefore, long sentNanos) {}

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
    private final Lock lock = new ReentrantLock();
    private final Outbox outbox;
    private final Circuit circuit;
    private final OwedReplies owed;
    private final Settlement settlement;
    private final Transport.Route route;
    private State state = State.RUNNING;
    private Pump pump = Pump.IDLE;
    private long sequence;
    private @Nullable Cancellable wake;

    ParticipantLane(ParticipantUrl participant, Access access, Means means) {
        this.participant = participant;
        this.access = access;
        this.means = means;
        this.outbox = new Outbox(means.settings().bounds().queueMax());
        this.circuit = new Circuit(means.backOff());
        this.owed = new OwedReplies(means.settings().timeouts().prompt());
        this.settlement = new Settlement(participant, outbox, circuit, means);
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
                cancelWake();
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
            cancelWake();
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
        long now = means.scheduler().nanoTime();
        boolean underWay = !outbox.isPausing(pending) && !outbox.isWaiting(pending);
        if (underWay || access == Access.FORBIDDEN) {
            return Optional.empty();
        }
        long due = now;
        if (outbox.isPausing(pending) && pending.dueNanos() - due > 0) {
            due = pending.dueNanos();
        }
        if (circuit.isOpen() && circuit.dueNanos() - due > 0) {
            due = circuit.dueNanos();
        }
        return Optional.of(Instant.ofEpochMilli(means.scheduler().wallMillis() + (due - now) / NANOS_PER_MILLI));
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
                    armWake(now);
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
        List<Instruction> instructions =
                members.stream().map(Pending::instruction).toList();
        return Optional.of(new Batch(members, instructions, circuit.sent(), now));
    }

    private void send(Batch batch) {
        means.statistics().countRequest();
        for (Instruction instruction : batch.instructions()) {
            means.statistics().countSent(instruction.action());
            means.crashPoints().reached(before(instruction).point(), instruction.gtrid());
        }
        means.underWay().begin();
        CompletableFuture<Void> _ = route.send(batch.instructions())
                .thenAcceptAsync(reply -> settle(batch, reply), route)
                .whenComplete((_, thrown) -> {
                    means.underWay().end();
                    if (thrown != null) {
                        LOG.error("a reply could not be processed participant={}", participant, thrown);
                    }
                });
    }

    private void settle(Batch batch, Reply reply) {
        List<Runnable> tell;
        lock.lock();
        try {
            tell = settlement.settle(batch, reply);
            owesNoMore(batch, reply);
            startPump();
        } finally {
            lock.unlock();
        }
        // Outside the lock: a consumer may come straight back with the next instruction.
        tell.forEach(this::run);
        if (reply instanceof Reply.Answered) {
            batch.instructions().forEach(i -> means.crashPoints().reached(after(i).point(), i.gtrid()));
        }
    }

    /** Once the batch is settled. */
    private void owesNoMore(Batch batch, Reply reply) {
        boolean failed = reply instanceof Reply.Failed;
        if (failed || batch.members().stream().anyMatch(outbox::holds)) {
            owed.unsettled(batch.sentNanos());
        } else if (batch.members().stream().allMatch(member -> member.key().kind() == Pending.Kind.VOTE)) {
            owed.ended(batch.sentNanos());
        } else {
            owed.settled(batch.sentNanos(), means.scheduler().nanoTime());
        }
    }

    private void run(Runnable tell) {
        try {
            tell.run();
        } catch (RuntimeException e) {
            LOG.error("an answer could not be passed on participant={}", participant, e);
        }
    }

    /**
     * One timer for whatever is due first: the next probe or the end of the first pause. While a probe is under way the
     * next one is not due, though its time may have come: a timer for it would fire again and again.
     */
    private void armWake(long now) {
        cancelWake();
        OptionalLong due = outbox.firstDueNanos();
        if (outbox.hasWaiting() && circuit.isOpen() && !circuit.isProbing() && !circuit.allows(now)) {
            long probe = circuit.dueNanos();
            due = due.isPresent() && due.getAsLong() - probe < 0 ? due : OptionalLong.of(probe);
        }
        if (due.isPresent() && state == State.RUNNING) {
            Duration delay = Duration.ofNanos(Math.max(0, due.getAsLong() - now));
            wake = means.scheduler().after(delay, this::awake);
        }
    }

    private void awake() {
        lock.lock();
        try {
            startPump();
        } finally {
            lock.unlock();
        }
    }

    private void cancelWake() {
        if (wake != null) {
            wake.cancel();
            wake = null;
        }
    }

    private static CoordinatorCrashPoint before(Instruction instruction) {
        return switch (instruction.action()) {
            case PREPARE -> CoordinatorCrashPoint.BEFORE_PREPARE;
            case COMMIT, ROLLBACK -> CoordinatorCrashPoint.BEFORE_DELIVER;
        };
    }

    private static CoordinatorCrashPoint after(Instruction instruction) {
        return switch (instruction.action()) {
            case PREPARE -> CoordinatorCrashPoint.AFTER_PREPARE;
            case COMMIT, ROLLBACK -> CoordinatorCrashPoint.AFTER_DELIVER;
        };
    }
}

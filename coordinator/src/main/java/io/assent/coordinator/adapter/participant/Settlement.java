package io.assent.coordinator.adapter.participant;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.InstructionResult;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.ParticipantGateway.Delivered;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a reply, or none, makes of a batch. Nothing but a fitting result ends an instruction; from everything else it is
 * only learned that it has to be sent again. Not thread-safe; guarded by the lane's lock.
 */
final class Settlement {

    private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

    /** After how long it is said again that a participant does not answer: the first time may be long past. */
    private static final Duration SAID_AGAIN_AFTER = Duration.ofMinutes(5);

    private static final String REMEDY =
            "have it answer at this URL, or see 'A participant that does not answer' in docs/OPERATIONS.md";

    private final ParticipantUrl participant;
    private final Outbox outbox;
    private final Circuit circuit;
    private final OwedReplies owed;
    private final Means means;
    private @Nullable Silence silence;
    private long saidNanos;

    private record Named(Gtrid gtrid, Bqual bqual) {}

    /** From the first failed request until one is answered. */
    record Silence(Instant since, long sinceNanos, String lastError) {}

    Settlement(ParticipantUrl participant, Outbox outbox, Circuit circuit, OwedReplies owed, Means means) {
        this.participant = participant;
        this.outbox = outbox;
        this.circuit = circuit;
        this.owed = owed;
        this.means = means;
    }

    Optional<Silence> silence() {
        return Optional.ofNullable(silence);
    }

    /** Empty also if nothing waits for it. */
    Optional<SilentParticipant> silent() {
        Duration now = Duration.ofNanos(means.scheduler().nanoTime());
        return silence()
                .filter(_ -> !outbox.isEmpty())
                .map(s -> new SilentParticipant(
                        participant, s.since(), now.minusNanos(s.sinceNanos()), outbox.size(), s.lastError()));
    }

    /** @return the answers to be passed on once the lock is released */
    List<Runnable> settle(Batch batch, Reply reply) {
        List<Runnable> tell = new ArrayList<>();
        try {
            takeUp(batch, reply, tell);
        } catch (RuntimeException e) {
            LOG.error("a reply could not be processed, what it is about goes again participant={}", participant, e);
            goesAgain(batch);
        }
        owesNoMore(batch, reply);
        return tell;
    }

    private void takeUp(Batch batch, Reply reply, List<Runnable> tell) {
        switch (reply) {
            case Reply.Answered answered -> answered(batch, answered, tell);
            case Reply.Failed failed -> failed(batch, failed, tell);
        }
    }

    /**
     * Whoever got no answer from it is asked again after a pause, in smaller company, for one of them may be the reason. Else nobody
     * ever would, and the next probe never be due.
     */
    private void goesAgain(Batch batch) {
        long now = means.scheduler().nanoTime();
        circuit.failed(batch.failuresBefore(), now);
        for (Pending member : batch.members()) {
            if (outbox.holds(member) && !outbox.isWaiting(member) && !outbox.isPausing(member)) {
                member.failed("its reply could not be processed");
                member.travelInHalf(batch.members().size());
                member.setBack();
                outbox.pause(member, now + means.backOff().nanosAfter(member.setbacks()));
            }
        }
    }

    private void answered(Batch batch, Reply.Answered answered, List<Runnable> tell) {
        Map<Named, Conclusion> conclusions = conclusions(batch, answered.results());
        int ended = circuit.answered(batch.failuresBefore());
        silence = null;
        if (ended > 0) {
            LOG.info("participant answers again participant={} failures={}", participant, ended);
            outbox.wakeAfterOutage(ended);
        }
        for (int i = 0; i < batch.members().size(); i++) {
            Pending member = batch.members().get(i);
            Instruction instruction = batch.instructions().get(i);
            Named named = new Named(instruction.gtrid(), instruction.bqual());
            Conclusion conclusion =
                    conclusions.getOrDefault(named, new Conclusion.Again("the reply has no result for it"));
            if (outbox.holds(member)) {
                conclude(member, conclusion, tell);
            }
        }
    }

    private void conclude(Pending member, Conclusion conclusion, List<Runnable> tell) {
        switch (conclusion) {
            case Conclusion.Ends ends -> {
                outbox.remove(member);
                tell.add(ends.tell());
            }
            case Conclusion.Again again -> {
                member.travelFreely();
                if (member.setbacks() == 0) {
                    LOG.warn(
                            "no answer to an instruction participant={} action={} gtrid={} bqual={} error=\"{}\"",
                            participant,
                            member.purpose().action(),
                            member.key().gtrid(),
                            member.key().bqual(),
                            again.why());
                }
                pauseAlone(member, again.why(), tell);
            }
        }
    }

    /** The last word on each branch of the batch; what was not asked is passed over. */
    private static Map<Named, Conclusion> conclusions(Batch batch, List<InstructionResult> results) {
        Map<Named, Pending> asked = new HashMap<>();
        batch.members()
                .forEach(m -> asked.put(new Named(m.key().gtrid(), m.key().bqual()), m));
        Map<Named, InstructionResult> first = new HashMap<>();
        Map<Named, Conclusion> conclusions = new HashMap<>();
        for (InstructionResult result : results) {
            Named named = new Named(result.gtrid(), result.bqual());
            Pending member = asked.get(named);
            if (member == null) {
                continue;
            }
            InstructionResult before = first.putIfAbsent(named, result);
            if (before == null) {
                conclusions.put(named, member.purpose().conclude(result));
            } else if (!before.equals(result)) {
                conclusions.put(named, new Conclusion.Again("the reply has two different results for it"));
            }
        }
        return conclusions;
    }

    private void failed(Batch batch, Reply.Failed failed, List<Runnable> tell) {
        means.statistics().countRequestFailed();
        boolean wasOpen = circuit.isOpen();
        circuit.failed(batch.failuresBefore(), means.scheduler().nanoTime());
        noteSilence(failed.error());
        if (!wasOpen) {
            LOG.warn("participant does not answer participant={} error=\"{}\"", participant, failed.error());
        } else if (batch.failuresBefore() > 0) {
            // A probe asks for all who wait, so its failure is an attempt of each.
            outbox.waiting().forEach(w -> failed(w, failed.error(), tell));
        }
        for (Pending member : batch.members()) {
            if (outbox.holds(member)) {
                failed(batch, member, failed, tell);
            }
        }
    }

    private void noteSilence(String error) {
        if (!circuit.isOpen()) {
            return;
        }
        long now = means.scheduler().nanoTime();
        Silence before = silence;
        if (before == null) {
            silence = new Silence(Instant.ofEpochMilli(means.scheduler().wallMillis()), now, error);
            saidNanos = now;
            return;
        }
        silence = new Silence(before.since(), before.sinceNanos(), error);
        if (now - saidNanos >= SAID_AGAIN_AFTER.toNanos()) {
            saidNanos = now;
            LOG.warn(
                    "participant still does not answer participant={} since={} failures={} waiting={} error=\"{}\""
                            + " remedy=\"{}\"",
                    participant,
                    before.since(),
                    circuit.failures(),
                    outbox.size(),
                    error,
                    REMEDY);
        }
    }

    private void failed(Batch batch, Pending member, Reply.Failed failed, List<Runnable> tell) {
        means.statistics().countUnanswered(member.purpose().action());
        switch (failed.cause()) {
            case UNREACHABLE -> waitAgain(member, failed.error(), tell);
            case BROKEN -> {
                int size = batch.members().size();
                if (size > 1) {
                    member.travelInHalf(size);
                    waitAgain(member, failed.error(), tell);
                } else {
                    pause(member, failed.error(), tell);
                }
            }
        }
    }

    private void waitAgain(Pending member, String error, List<Runnable> tell) {
        failed(member, error, tell);
        if (outbox.holds(member)) {
            outbox.waitAgain(member);
        }
    }

    private void pauseAlone(Pending member, String error, List<Runnable> tell) {
        means.statistics().countUnanswered(member.purpose().action());
        pause(member, error, tell);
    }

    /** The reason may lie in the instruction itself: its own pause delays no other. */
    private void pause(Pending member, String error, List<Runnable> tell) {
        failed(member, error, tell);
        if (outbox.holds(member)) {
            member.setBack();
            long pause = means.backOff().nanosAfter(member.setbacks());
            outbox.pause(member, means.scheduler().nanoTime() + pause);
        }
    }

    /** ABORT to a participant that inquires only saves it the wait; COMMIT never ends without an answer. */
    private void failed(Pending pending, String error, List<Runnable> tell) {
        pending.failed(error);
        boolean often = pending.attempts() >= means.settings().bounds().abortAttemptsMax();
        if (often && pending.mayBeAbandoned() && pending.purpose() instanceof Purpose.Telling telling) {
            outbox.remove(pending);
            means.statistics().countAbandoned();
            tell.add(() -> telling.then().accept(new Delivered.Abandoned()));
        }
    }

    /** Once it is known which of its members still want an answer. */
    private void owesNoMore(Batch batch, Reply reply) {
        boolean failed = reply instanceof Reply.Failed;
        if (failed || batch.members().stream().anyMatch(outbox::holds)) {
            owed.unsettled(batch.sentNanos());
        } else if (batch.asksForVotesAlone()) {
            owed.ended(batch.sentNanos());
        } else {
            owed.settled(batch.sentNanos(), means.scheduler().nanoTime());
        }
    }
}

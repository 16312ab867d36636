package io.assent.coordinator.adapter.participant;

import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.CrashPoints;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.ParticipantUrl;
import io.assent.api.Vote;
import io.assent.coordinator.adapter.participant.ParticipantLane.Access;
import io.assent.coordinator.adapter.participant.ParticipantLane.Taken;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.assent.coordinator.engine.port.ParticipantGateway;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.protocol.ListedBranch;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Instructions as HTTP requests (docs/PROTOCOL.md, section 5), a lane for each participant. See {@link GatewaySettings}
 * for every bound and time-out. Thread-safe.
 */
public final class HttpParticipantGateway implements ParticipantGateway, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(HttpParticipantGateway.class);

    private final AllowedOrigins allowedOrigins;
    private final ConcurrentMap<ParticipantUrl, ParticipantLane> lanes = new ConcurrentHashMap<>();
    private final Object openingLane = new Object();
    private final Means means;
    private volatile boolean closed;

    /** @param loops outlive the gateway */
    public HttpParticipantGateway(
            GatewaySettings settings, AllowedOrigins allowedOrigins, Scheduler scheduler, EventLoops loops) {
        this(settings, allowedOrigins, scheduler, loops, CrashPoints.INSTALLED);
    }

    HttpParticipantGateway(
            GatewaySettings settings,
            AllowedOrigins allowedOrigins,
            Scheduler scheduler,
            EventLoops loops,
            CrashPoints crashPoints) {
        this(allowedOrigins, overHttp(settings, scheduler, loops, crashPoints));
    }

    /** With means of the caller's: a simulation brings its own time, transport and dice. */
    HttpParticipantGateway(AllowedOrigins allowedOrigins, Means means) {
        this.allowedOrigins = allowedOrigins;
        this.means = means;
    }

    /** Has what the first request needs loaded, as {@link Rehearsal} says; takes a while where nothing is loaded yet. */
    public static void rehearse(GatewaySettings settings, EventLoops loops) {
        try {
            var _ = new Rehearsal(settings, loops).run();
        } catch (RuntimeException e) {
            LOG.warn("the first delivery will take longer: it could not be rehearsed error=\"{}\"", e.toString());
        }
    }

    private static Means overHttp(
            GatewaySettings settings, Scheduler scheduler, EventLoops loops, CrashPoints crashPoints) {
        return new Means(
                settings,
                scheduler,
                new InstructionSender(settings, loops),
                new BackOff(
                        settings.pauses(), bound -> ThreadLocalRandom.current().nextLong(bound + 1)),
                new GatewayStatistics(),
                crashPoints,
                new UnderWay());
    }

    @Override
    public Offer askVote(Gtrid gtrid, ListedBranch branch, Consumer<Vote> then) {
        return offer(vote(gtrid, branch.id().bqual()), branch, new Purpose.Asking(then));
    }

    @Override
    public void stopAsking(Gtrid gtrid, BranchId branch) {
        ParticipantLane lane = lanes.get(branch.participant());
        if (lane != null) {
            lane.withdraw(vote(gtrid, branch.bqual()));
        }
    }

    @Override
    public Offer deliver(Gtrid gtrid, ListedBranch branch, Decision decision, Consumer<Delivered> then) {
        return offer(delivery(gtrid, branch.id().bqual()), branch, new Purpose.Telling(decision, then));
    }

    @Override
    public void stopTelling(Gtrid gtrid, BranchId branch) {
        ParticipantLane lane = lanes.get(branch.participant());
        if (lane != null) {
            lane.withdraw(delivery(gtrid, branch.bqual()));
        }
    }

    @Override
    public Optional<Attempts> attempts(Gtrid gtrid, BranchId branch) {
        ParticipantLane lane = lanes.get(branch.participant());
        return lane == null
                ? Optional.empty()
                : lane.attempts(delivery(gtrid, branch.bqual())).or(() -> lane.attempts(vote(gtrid, branch.bqual())));
    }

    @Override
    public Duration expectedWithin(ParticipantUrl participant) {
        ParticipantLane lane = lanes.get(participant);
        return lane != null && lane.isPrompt() ? means.settings().timeouts().prompt() : Duration.ZERO;
    }

    public GatewayStatistics statistics() {
        return means.statistics();
    }

    /** Instructions without an answer: waiting, under way or in a pause. */
    public int queued() {
        return lanes.values().stream().mapToInt(ParticipantLane::size).sum();
    }

    /** Participants that do not answer at present. */
    public int participantsInBackOff() {
        return (int)
                lanes.values().stream().filter(ParticipantLane::isInBackOff).count();
    }

    /** Participants that do not answer at present and for which something waits, the one that is silent for longest first. */
    public List<SilentParticipant> silent() {
        return lanes.values().stream()
                .flatMap(lane -> lane.silent().stream())
                .sorted(Comparator.comparing(SilentParticipant::silentFor).reversed())
                .toList();
    }

    /** Participants that are tracked, idle ones included. */
    public int participants() {
        return lanes.size();
    }

    /**
     * Sends nothing more, waits for the replies under way up to the close time-out, and passes them on. What has no
     * answer then never gets one here; recovery takes it up.
     */
    @Override
    public void close() {
        synchronized (openingLane) {
            closed = true;
        }
        lanes.values().forEach(ParticipantLane::close);
        means.underWay().awaitNone(means.settings().timeouts().close());
        // What is given up now is still settled, on the event loops, which stay.
        means.transport().close();
    }

    private Offer offer(Pending.Key key, ListedBranch branch, Purpose purpose) {
        while (true) {
            ParticipantLane lane = lane(branch.id().participant());
            Taken taken = lane == null ? Taken.FULL : lane.offer(key, branch, purpose);
            switch (taken) {
                case TAKEN -> {
                    return Offer.TAKEN;
                }
                case FULL -> {
                    means.statistics().countRefused();
                    return Offer.QUEUE_FULL;
                }
                case RETIRED -> lanes.remove(branch.id().participant(), lane);
            }
        }
    }

    /** The participant's lane, or null if there are too many or the gateway is closed. */
    private @Nullable ParticipantLane lane(ParticipantUrl participant) {
        ParticipantLane present = lanes.get(participant);
        if (present != null) {
            return present;
        }
        synchronized (openingLane) {
            if (closed) {
                return null;
            }
            int participantsMax = means.settings().bounds().participantsMax();
            if (lanes.size() >= participantsMax) {
                lanes.values().removeIf(ParticipantLane::retireIfIdle);
            }
            if (lanes.size() >= participantsMax && !lanes.containsKey(participant)) {
                return null;
            }
            return lanes.computeIfAbsent(participant, p -> new ParticipantLane(p, access(p), means));
        }
    }

    private Access access(ParticipantUrl participant) {
        return allowedOrigins.permits(participant) ? Access.ALLOWED : Access.FORBIDDEN;
    }

    private static Pending.Key vote(Gtrid gtrid, Bqual bqual) {
        return new Pending.Key(gtrid, bqual, Pending.Kind.VOTE);
    }

    private static Pending.Key delivery(Gtrid gtrid, Bqual bqual) {
        return new Pending.Key(gtrid, bqual, Pending.Kind.DELIVERY);
    }
}

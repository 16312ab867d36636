package io.assent.client;

import io.assent.api.Completion;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Sends requests to commit and to roll back, several in one where they wait for the same replica, and each alone
 * otherwise. For the one who asks it makes no difference but in cost. Thread-safe.
 */
final class Commits {

    /** The most replicas to which ways are kept: as many as a ring has members at the most, and configured URLs. */
    static final int LANES_MAX = 512;

    private final ReplicaExchange exchange;
    private final Duration heldUpMax;
    private final Map<URI, CommitLane> lanes = new ConcurrentHashMap<>();

    /** @param heldUpMax as {@link CommitLane#HELD_UP_MAX} */
    Commits(ReplicaExchange exchange, Duration heldUpMax) {
        this.exchange = exchange;
        this.heldUpMax = heldUpMax;
    }

    /**
     * Asks one replica for the commit or the rollback of a transaction.
     *
     * @param request as it is to be sent now; of the same transaction and with the same branches each time
     * @throws IOException if there was no answer in time
     */
    OutcomeRequest.Heard send(URI replica, Supplier<Completion> request, Duration timeout)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        Duration left = timeout;
        Completion now = request.get();
        CommitLane lane = lane(replica);
        if (mayRide(now)) {
            CommitRider rider = new CommitRider(now.gtrid(), now.branches().size(), request);
            if (lane.board(rider) == CommitLane.Boarding.RIDING) {
                Optional<Said> said = ride(lane, replica, rider, timeout);
                if (said.isPresent()) {
                    return new OutcomeRequest.Heard(replica, said.get());
                }
                now = request.get();
                left = left(endNanos);
            }
        }
        lane.goesAlone();
        try {
            return OutcomeRequest.Heard.in(
                    exchange.send(replica, now.path(), CoordinatorClient.post(now.body()), left, timeout));
        } finally {
            lane.wentAlone();
        }
    }

    private Optional<Said> ride(CommitLane lane, URI replica, CommitRider rider, Duration timeout)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        try {
            while (rider.batch() == null
                    && left(endNanos).compareTo(heldUpMax) > 0
                    && !ReplicaExchange.isDone(rider.said(), heldUpMax)) {
                lane.overtake(rider);
            }
            return exchange.await(replica, rider.said(), left(endNanos), timeout);
        } finally {
            lane.leave(rider);
        }
    }

    /**
     * Only what the log alone decides: others wait for what rides with it, and nobody knows how long a vote takes, or
     * another replica that was told of the branches.
     */
    private static boolean mayRide(Completion completion) {
        if (completion instanceof Completion.Commit commit) {
            return commit.request()
                    .listed()
                    .filter(branches -> branches.stream().allMatch(branch -> branch.vote() != null))
                    .isPresent();
        }
        return !completion.branches().isEmpty();
    }

    private static Duration left(long endNanos) {
        return Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
    }

    private CommitLane lane(URI replica) {
        if (lanes.size() >= LANES_MAX) {
            lanes.values().removeIf(CommitLane::isIdle);
        }
        return lanes.computeIfAbsent(replica, r -> new CommitLane(r, exchange, System::nanoTime));
    }
}

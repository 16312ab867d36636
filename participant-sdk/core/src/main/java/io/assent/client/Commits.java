package io.assent.client;

import io.assent.api.Branch;
import io.assent.api.CommitRequest;
import io.assent.api.Gtrid;
import io.assent.api.TransactionJson;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * Sends requests to commit, several in one where they wait for the same replica, and each alone otherwise. For the one
 * who asks it makes no difference but in cost. Thread-safe.
 */
final class Commits {

    /** The most replicas to which ways are kept: as many as a ring has members at the most, and configured URLs. */
    static final int LANES_MAX = 512;

    private final ReplicaExchange exchange;
    private final Map<URI, CommitLane> lanes = new ConcurrentHashMap<>();

    Commits(ReplicaExchange exchange) {
        this.exchange = exchange;
    }

    /**
     * Asks one replica for the commit of a transaction.
     *
     * @param request as it is to be sent now; lists the same branches each time
     * @throws IOException if there was no answer in time
     */
    OutcomeRequest.Heard send(URI replica, Gtrid gtrid, Supplier<CommitRequest> request, Duration timeout)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + timeout.toNanos();
        CommitRequest now = request.get();
        CommitLane lane = lane(replica);
        List<Branch> branches = now.branches();
        if (branches != null && mayRide(branches)) {
            CommitRider rider = new CommitRider(gtrid, branches.size(), request);
            if (lane.board(rider) == CommitLane.Boarding.RIDING) {
                Optional<Said> said = ride(lane, replica, rider, timeout);
                if (said.isPresent()) {
                    return new OutcomeRequest.Heard(replica, said.get());
                }
                now = request.get();
            }
        }
        lane.goesAlone();
        try {
            Duration left = Duration.ofNanos(Math.max(0, endNanos - System.nanoTime()));
            return OutcomeRequest.Heard.in(exchange.send(
                    replica,
                    CoordinatorClient.transaction(gtrid) + "/commit",
                    CoordinatorClient.post(TransactionJson.writeCommit(now)),
                    left));
        } finally {
            lane.wentAlone();
        }
    }

    private Optional<Said> ride(CommitLane lane, URI replica, CommitRider rider, Duration timeout)
            throws IOException, InterruptedException {
        try {
            return exchange.await(replica, rider.said(), timeout);
        } finally {
            lane.leave(rider);
        }
    }

    /** Only what the log alone decides: others wait for what rides with it, and nobody knows how long a vote takes. */
    private static boolean mayRide(List<Branch> branches) {
        return branches.stream().allMatch(branch -> branch.vote() != null);
    }

    private CommitLane lane(URI replica) {
        if (lanes.size() >= LANES_MAX) {
            lanes.values().removeIf(CommitLane::isIdle);
        }
        return lanes.computeIfAbsent(replica, r -> new CommitLane(r, exchange, System::nanoTime));
    }
}

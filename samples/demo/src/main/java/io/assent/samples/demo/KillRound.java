package io.assent.samples.demo;

import io.assent.samples.faults.Holds;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Kills a replica under load at the worst moment for those who take over: a lot is decided and told, and of each of these
 * transactions a bank has not committed its branch. No client asks again for what it was told, so that nobody but another replica
 * can end what is in doubt, but for the few that the bank was just told of.
 */
final class KillRound {

    /** Where a bank that has been told to commit does so: to hold the replica there would stop all that it does. */
    private static final String COMMIT = "participant.commit.before";

    private static final Duration GATHER_PATIENCE = Duration.ofSeconds(90);
    private static final Duration RESOLVE_PATIENCE = Duration.ofSeconds(60);

    /** How long is looked at what follows; only then the replica starts again, which takes processors from the others. */
    private static final Duration WATCHED = Duration.ofSeconds(8);

    private final Cluster cluster;
    private final Load load;
    private final InDoubt inDoubt;
    private final Rings rings;

    KillRound(Cluster cluster, Load load, InDoubt inDoubt) {
        this.cluster = cluster;
        this.load = load;
        this.inDoubt = inDoubt;
        this.rings = new Rings(cluster);
    }

    /** Returns when the replica is back. */
    Measured kill(ServiceProcess victim, int inFlight) {
        RingView ring = rings.withEveryone();
        Pause.of(Throughput.BEFORE);
        Holds holds = cluster.holds(Cluster.BANKS.getLast());
        holds.armForAll(COMMIT);
        // Some more: between the look and the kill a few may still end, such as those whose other branch was on its
        // way.
        Pause.until(() -> gtrids(ownedBy(victim, ring)).size() >= inFlight + inFlight / 10, GATHER_PATIENCE);
        long killedAt = System.nanoTime();
        victim.kill();
        holds.release(COMMIT);
        Map<String, Set<String>> branches = ownedBy(victim, ring);
        InDoubt.Snapshot atKill = new InDoubt.Snapshot(branches, Set.of());
        if (!Pause.until(() -> inDoubt.areGone(atKill), RESOLVE_PATIENCE)) {
            throw new DemoException("branches of " + victim.name() + " are still in doubt after "
                    + RESOLVE_PATIENCE.toSeconds() + " s");
        }
        Duration resolved = since(killedAt);
        Pause.until(() -> since(killedAt).compareTo(WATCHED) > 0, WATCHED);
        List<Told> told = load.told();
        victim.start();
        victim.awaitReady();
        Throughput throughput =
                new Throughput(told.stream().map(Told::toldNanos).toList(), killedAt, WATCHED);
        return new Measured(
                victim.name(),
                gtrids(branches).size(),
                firstDecision(told, victim.url(), ring, killedAt),
                resolved,
                throughput.longestBelowHalf(),
                longestWait(told, killedAt),
                throughput.perSecondBefore());
    }

    private static Optional<Duration> firstDecision(List<Told> told, String victim, RingView ring, long killedAt) {
        return told.stream()
                .filter(t -> t.toldNanos() > killedAt)
                .filter(t -> !t.by().toString().equals(victim) && ring.isOwnedBy(victim, t.gtrid()))
                .map(t -> Duration.ofNanos(t.toldNanos() - killedAt))
                .min(Duration::compareTo);
    }

    private static Duration longestWait(List<Told> told, long killedAt) {
        return told.stream()
                .filter(t -> t.toldNanos() > killedAt)
                .map(t -> Duration.ofNanos(t.toldNanos() - t.askedNanos()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
    }

    private Map<String, Set<String>> ownedBy(ServiceProcess replica, RingView ring) {
        Map<String, Set<String>> owned = new HashMap<>();
        inDoubt.prepared()
                .forEach((bank, branches) -> owned.put(
                        bank,
                        branches.stream()
                                .filter(branch -> ring.isOwnedBy(replica.url(), InDoubt.gtrid(branch)))
                                .collect(Collectors.toCollection(TreeSet::new))));
        return owned;
    }

    private static Set<String> gtrids(Map<String, Set<String>> branches) {
        return new InDoubt.Snapshot(branches, Set.of()).gtrids();
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}

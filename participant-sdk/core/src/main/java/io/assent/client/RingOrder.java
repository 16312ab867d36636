package io.assent.client;

import io.assent.api.Gtrid;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Asks a transaction's owner first, then who takes over from it, then the other members of the ring, then the URLs that
 * were configured; what concerns no single transaction goes to the replica that answered last. Without a ring the
 * configured URLs are asked as {@link LastGoodFirst} does. Replicas that lately gave no answer come after the others.
 * What this client begins is owned by few of them at a time, so that its commits travel together.
 *
 * <p>The ring is fetched at first use, when a reply tells of another one, and when a replica gave no answer.
 */
public final class RingOrder implements ReplicaOrder {

    private final List<URI> seeds;
    private final LastGoodFirst withoutRing;
    private final Suspects suspects;
    private final RingKeeper keeper;
    private final HomeReplicas homes;
    private volatile @Nullable URI lastGood;

    /** @param settings whose replicas need not be all there are, nor alive */
    public RingOrder(ClientSettings settings) {
        this(
                settings,
                System::nanoTime,
                RingKeeper.Waits.DEFAULT,
                new HomeReplicas(Gtrid.mint().value().getLeastSignificantBits(), System::currentTimeMillis));
    }

    RingOrder(ClientSettings settings, LongSupplier nanoClock, RingKeeper.Waits waits, HomeReplicas homes) {
        this.homes = homes;
        this.seeds = settings.replicas();
        this.withoutRing = new LastGoodFirst(seeds);
        this.suspects = new Suspects(nanoClock);
        this.keeper = new RingKeeper(
                new RingKeeper.Source(settings.http(), suspects, this::likeliestFirst), nanoClock, waits);
    }

    @Override
    public List<URI> forTransaction(Gtrid gtrid) {
        Ring ring = keeper.firstOrKnown();
        return probing(ring == null ? withoutRing.forAny() : withSeeds(ring.replicasFor(gtrid)));
    }

    @Override
    public Gtrid mint(int completionsUnderWay) {
        Ring ring = keeper.known();
        return ring == null ? Gtrid.mint() : homes.mint(ring, completionsUnderWay);
    }

    @Override
    public List<URI> forAny() {
        return probing(lastGoodFirst(keeper.firstOrKnown()));
    }

    @Override
    public void answered(URI replica) {
        suspects.clear(replica);
        withoutRing.answered(replica);
        lastGood = replica;
    }

    @Override
    public void failed(URI replica) {
        if (isKnown(replica)) {
            suspects.add(replica);
            suspects.keepOnly(this::isKnown);
            keeper.missed();
        }
    }

    @Override
    public void ring(String version) {
        keeper.told(version);
    }

    /** Whether no fetch of the ring is under way. */
    boolean isSettled() {
        return keeper.isSettled();
    }

    private boolean isKnown(URI replica) {
        Ring ring = keeper.known();
        return seeds.contains(replica) || (ring != null && ring.members().contains(replica));
    }

    private List<URI> withSeeds(Collection<URI> members) {
        Set<URI> replicas = new LinkedHashSet<>(members);
        replicas.addAll(seeds);
        return List.copyOf(replicas);
    }

    private List<URI> lastGoodFirst(@Nullable Ring ring) {
        if (ring == null) {
            return withoutRing.forAny();
        }
        Set<URI> replicas = new LinkedHashSet<>();
        URI good = lastGood;
        if (good != null && isKnown(good)) {
            replicas.add(good);
        }
        replicas.addAll(ring.members());
        return withSeeds(replicas);
    }

    private List<URI> likeliestFirst() {
        return suspectsLast(lastGoodFirst(keeper.known()));
    }

    /** The suspects last, but for the first replica if it falls to this request to find out whether it is back. */
    private List<URI> probing(List<URI> replicas) {
        return suspects.claimProbe(replicas.get(0)) ? replicas : suspectsLast(replicas);
    }

    private List<URI> suspectsLast(List<URI> replicas) {
        if (suspects.isEmpty()) {
            return replicas;
        }
        List<URI> ordered = new ArrayList<>(replicas.size());
        List<URI> last = new ArrayList<>();
        for (URI replica : replicas) {
            (suspects.contains(replica) ? last : ordered).add(replica);
        }
        ordered.addAll(last);
        return ordered;
    }
}

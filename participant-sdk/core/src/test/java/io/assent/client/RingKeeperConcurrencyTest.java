package io.assent.client;

import io.assent.Interleavings;
import java.net.URI;
import java.net.http.HttpClient;
import java.util.List;
import org.jetbrains.lincheck.datastructures.Operation;
import org.junit.jupiter.api.Test;

/** What many replies do to the ring's keeper at once. */
public final class RingKeeperConcurrencyTest {

    private static final HttpClient UNUSED = HttpClient.newHttpClient();

    private int fetches;
    private final RingKeeper keeper = new RingKeeper(
            new RingKeeper.Source(UNUSED, new Suspects(() -> 0), this::candidates), () -> 0, RingKeeper.Waits.DEFAULT);

    /** Asked for once by each fetch; as there is nobody to ask, a fetch stays under way. */
    private synchronized List<URI> candidates() {
        fetches++;
        return List.of();
    }

    @Test
    void oneFetchIsUnderWayHoweverManyWantTheRing() {
        Interleavings.check(RingKeeperConcurrencyTest.class);
    }

    @Operation
    public synchronized boolean isFetchedTwice() {
        return fetches > 1;
    }

    @Operation
    public void missed() {
        keeper.missed();
    }

    @Operation
    public boolean isSettled() {
        return keeper.isSettled();
    }
}

package io.assent.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import java.net.URI;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Whom the transactions that a client begins belong to. */
final class HomeReplicasTest {

    private final AtomicLong wallMillis = new AtomicLong(1_800_000_000_000L);
    private final HomeReplicas homes = new HomeReplicas(17, wallMillis::get);

    @Property(tries = 50)
    void oneReplicaOwnsWhatFewCommitsAreBegunWith(@ForAll @IntRange(min = 1, max = 255) int members) {
        assertThat(owners(ring(Rings.V1, members), 200, HomeReplicas.COMPLETIONS_PER_HOME - 1))
                .hasSize(1);
    }

    @Test
    void anotherReplicaHelpsForSoManyCommitsAndEachGetsItsPart() {
        Ring ring = ring(Rings.V1, 5);
        Map<URI, Long> two = owned(ring, 100, HomeReplicas.COMPLETIONS_PER_HOME);
        assertThat(two.values()).containsExactly(50L, 50L);
        assertThat(owned(ring, 90, 2 * HomeReplicas.COMPLETIONS_PER_HOME).keySet())
                .hasSize(3)
                .containsAll(two.keySet());
        assertThat(owners(ring, 100, 1_000_000)).hasSize(5);
    }

    @Test
    void eachReplicaHasItsTurns() {
        Ring ring = ring(Rings.V1, 3);
        Map<URI, Long> turns = IntStream.range(0, 3_000)
                .mapToObj(i -> {
                    wallMillis.addAndGet(HomeReplicas.TURN.toMillis());
                    return owner(ring, homes.mint(ring, 0));
                })
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(turns).hasSize(3);
        assertThat(turns.values()).allMatch(count -> count > 800);
    }

    @Test
    void clientsDrawTheirTurnsEachForItself() {
        Ring ring = ring(Rings.V1, 3);
        Map<URI, Long> clients = LongStream.range(0, 3_000)
                .mapToObj(seed -> owner(ring, new HomeReplicas(seed * 1_000_003, wallMillis::get).mint(ring, 0)))
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
        assertThat(clients).hasSize(3);
        assertThat(clients.values()).allMatch(count -> count > 800);
    }

    @Test
    void aTurnLastsForItsTime() {
        Ring ring = ring(Rings.V1, 255);
        URI first = owner(ring, homes.mint(ring, 0));
        wallMillis.addAndGet(HomeReplicas.TURN.toMillis() - 1);
        assertThat(owner(ring, homes.mint(ring, 0))).isEqualTo(first);
        wallMillis.incrementAndGet();
        assertThat(owner(ring, homes.mint(ring, 0))).isNotEqualTo(first);
    }

    @Test
    void idsDifferAndCarryTheTime() {
        Ring ring = ring(Rings.V1, 8);
        long before = System.currentTimeMillis();
        List<Gtrid> minted =
                Stream.generate(() -> homes.mint(ring, 0)).limit(10_000).toList();
        long after = System.currentTimeMillis();
        assertThat(new HashSet<>(minted)).hasSize(10_000);
        assertThat(minted)
                .allMatch(gtrid -> gtrid.mintedAtMillis() >= before && gtrid.mintedAtMillis() <= after)
                .allMatch(gtrid -> gtrid.equals(Gtrid.parse(gtrid.toString())));
    }

    /** Whoever wants a member that owns nothing gets an id all the same. */
    @Test
    void endsWhenNoIdIsOwnedByTheOneThatIsAskedFor() {
        String table = Rings.table(slot -> 0);
        Ring ring = Rings.read(Rings.json(Rings.V1, Ring.SLOTS, table, table, "http://a", "http://b"));
        assertThat(owner(ring, ring.mintOwnedBy(URI.create("http://b")))).isEqualTo(URI.create("http://a"));
    }

    private Set<URI> owners(Ring ring, int transactions, int completionsUnderWay) {
        return owned(ring, transactions, completionsUnderWay).keySet();
    }

    private Map<URI, Long> owned(Ring ring, int transactions, int completionsUnderWay) {
        return Stream.generate(() -> homes.mint(ring, completionsUnderWay))
                .limit(transactions)
                .collect(Collectors.groupingBy(gtrid -> owner(ring, gtrid), Collectors.counting()));
    }

    private static URI owner(Ring ring, Gtrid gtrid) {
        return ring.replicasFor(gtrid).get(0);
    }

    private static Ring ring(String version, int members) {
        return Rings.read(Rings.json(
                version,
                IntStream.range(0, members).mapToObj(i -> "http://m" + i).toArray(String[]::new)));
    }
}

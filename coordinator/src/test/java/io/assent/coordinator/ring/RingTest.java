package io.assent.coordinator.ring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.Gtrid;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RingTest {

    private static final int KEYS = 200_000;

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 5, 16})
    void noMemberOwnsMoreThanTheBoundAllows(int members) {
        Ring bounded = Ring.of(ids(members));
        Ring plain = Ring.of(ids(members), Ring.VIRTUAL_NODES_DEFAULT, 1e9);
        System.out.printf(
                "ring of %2d: max/mean bounded %.3f (keys %.3f), plain %.3f; moved when one leaves %.3f (least %.3f)%n",
                members,
                maxShare(bounded) * members,
                maxOfKeys(bounded) * members,
                maxShare(plain) * members,
                moved(bounded, Ring.of(ids(members - 1))),
                1.0 / members);

        assertThat(maxShare(bounded) * members).isLessThanOrEqualTo(1.1);
    }

    @Property(tries = 50)
    void theOrderInWhichMembersAreListedDoesNotMatter(
            @ForAll @IntRange(min = 1, max = 20) int members, @ForAll long seed) {
        List<String> shuffled = new ArrayList<>(ids(members));
        Collections.shuffle(shuffled, new Random(seed));
        Ring left = Ring.of(ids(members));
        Ring right = Ring.of(shuffled);

        assertThat(moved(left, right)).isZero();
        assertThat(right.owners()).isEqualTo(left.owners());
        assertThat(right.successors()).isEqualTo(left.successors());
    }

    @Property(tries = 50)
    void whenAMemberLeavesLittleMoreThanItsOwnShareMoves(@ForAll @IntRange(min = 2, max = 20) int members) {
        Ring before = Ring.of(ids(members));
        Ring after = Ring.of(ids(members - 1));

        assertThat(moved(before, after)).isLessThanOrEqualTo(1.1 / members + 0.12);
    }

    @Property(tries = 200)
    void theOrderBeginsWithTheOwnerAndNamesEveryMemberOnce(
            @ForAll @IntRange(min = 1, max = 12) int members, @ForAll long random) {
        Ring ring = Ring.of(ids(members));
        UUID gtrid = Gtrid.mint(1, 1, random).value();

        assertThat(ring.order(gtrid)).startsWith(ring.owner(gtrid)).containsExactlyInAnyOrderElementsOf(ids(members));
    }

    @Property(tries = 50)
    void theTablesSayWhatTheLookUpsSay(@ForAll @IntRange(min = 1, max = 12) int members, @ForAll long random) {
        Ring ring = Ring.of(ids(members));
        UUID gtrid = Gtrid.mint(1, 1, random).value();
        List<String> order = ring.order(gtrid);
        int slot = Ring.slot(gtrid);

        assertThat(ring.members().get(ring.owners()[slot])).isEqualTo(order.getFirst());
        assertThat(ring.members().get(ring.successors()[slot])).isEqualTo(order.get(Math.min(1, members - 1)));
    }

    /** The same ids are pinned in the SDK's tests and documentation. */
    @ParameterizedTest
    @CsvSource({
        "01936b2e-7c1e-7a50-8b1c-6a9d2f3e4c5d, 2611",
        "0192a000-0000-7000-8000-000000000000, 2295",
        "ffffffff-ffff-7fff-bfff-ffffffffffff, 237",
        "00000000-0000-7000-8000-000000000001, 1757"
    })
    void clientsFindTheSameSlot(UUID gtrid, int slot) {
        assertThat(Ring.slot(gtrid)).isEqualTo(slot);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, Ring.MEMBERS_MAX + 1})
    void refusesARingOfNobodyOrOfTooMany(int members) {
        assertThatThrownBy(() -> Ring.of(ids(members))).hasMessageContaining("'" + members + "' must be 1 to 255");
    }

    @Test
    void whenTheOwnerIsGoneMostOfItsKeysGoToTheNextInOrder() {
        Ring before = Ring.of(ids(3));
        Ring after = Ring.of(ids(2));
        List<UUID> orphans = keys(20_000).stream()
                .filter(k -> before.owner(k).equals("replica-2"))
                .toList();
        long foreseen = orphans.stream()
                .filter(k -> before.order(k).get(1).equals(after.owner(k)))
                .count();

        assertThat(foreseen / (double) orphans.size()).isGreaterThan(0.8);
    }

    private static double maxShare(Ring ring) {
        return Collections.max(ring.shares().values());
    }

    private static double maxOfKeys(Ring ring) {
        Map<String, Integer> counts = new HashMap<>();
        keys(KEYS).forEach(k -> counts.merge(ring.owner(k), 1, Integer::sum));
        return Collections.max(counts.values()) / (double) KEYS;
    }

    private static double moved(Ring before, Ring after) {
        return keys(KEYS / 10).stream()
                        .filter(k -> !before.owner(k).equals(after.owner(k)))
                        .count()
                / (KEYS / 10.0);
    }

    private static List<UUID> keys(int count) {
        Random random = new Random(7);
        return IntStream.range(0, count)
                .mapToObj(i -> Gtrid.mint(1_700_000_000_000L + i, random.nextLong(), random.nextLong())
                        .value())
                .toList();
    }

    private static List<String> ids(int members) {
        return IntStream.range(0, members).mapToObj(i -> "replica-" + i).toList();
    }
}

package io.assent.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.assent.api.Gtrid;
import io.assent.api.MalformedException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

final class RingTest {

    private static final String A = "http://a:8080";
    private static final String B = "http://b:8080";
    private static final String C = "https://c";
    private static final String TABLE = Rings.table(slot -> slot % 2);

    /** Computed by a program in another language; other clients can check theirs with these. */
    @ParameterizedTest
    @CsvSource({
        "01936b2e-7c1e-7a50-8b1c-6a9d2f3e4c5d,2611",
        "0192a000-0000-7000-8000-000000000000,2295",
        "ffffffff-ffff-7fff-bfff-ffffffffffff,237",
        "00000000-0000-7000-8000-000000000001,1757",
    })
    void slotsAreWhatOtherLanguagesCompute(String gtrid, int slot) {
        assertThat(Ring.slot(Gtrid.parse(gtrid))).isEqualTo(slot);
    }

    @Property
    void slotsAreTheHighBitsOfTheMixedLowHalf(@ForAll long randomA, @ForAll long randomB) {
        Gtrid gtrid = Gtrid.mint(1, randomA, randomB);
        BigInteger low = new BigInteger(gtrid.toString().substring(19).replace("-", ""), 16);
        assertThat(Ring.slot(gtrid)).isEqualTo(mixed(low).shiftRight(52).intValueExact());
    }

    @Test
    void ordersOwnerThenSuccessorThenTheOthers() {
        String owners = Rings.table(slot -> 1);
        String successors = Rings.table(slot -> 2);
        Ring ring = Rings.read(Rings.json(Rings.V1, Ring.SLOTS, owners, successors, A, B, C, "http://d"));
        assertThat(ring.replicasFor(Gtrid.mint()))
                .containsExactly(URI.create(B), URI.create(C), URI.create("http://d"), URI.create(A));
    }

    @Test
    void readsTheHighestIndexAsUnsigned() {
        String[] urls = IntStream.range(0, Ring.MEMBERS_MAX)
                .mapToObj(i -> "http://m" + i)
                .toArray(String[]::new);
        String last = Rings.table(slot -> 254);
        Ring ring = Rings.read(Rings.json(Rings.V1, Ring.SLOTS, last, last, urls));
        assertThat(ring.replicasFor(Gtrid.mint()))
                .hasSize(Ring.MEMBERS_MAX)
                .startsWith(URI.create("http://m254"), URI.create("http://m0"));
    }

    @Test
    void takesARingOfOne() {
        Ring ring = Rings.read(Rings.json(Rings.V1, A + "/"));
        assertThat(ring.version()).isEqualTo(Rings.V1);
        assertThat(ring.replicasFor(Gtrid.mint())).containsExactly(URI.create(A));
    }

    @ParameterizedTest
    @MethodSource("malformed")
    void refusesWhatIsNoRingAndNamesTheField(String field, String json) {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> Rings.read(json))
                .satisfies(e -> assertThat(e.field()).isEqualTo(field));
    }

    static Stream<Arguments> malformed() {
        String good = Rings.json(Rings.V1, A, B);
        String[] tooMany = new String[Ring.MEMBERS_MAX + 1];
        Arrays.fill(tooMany, A);
        return Stream.of(
                Arguments.of("body", "<html>"),
                Arguments.of("body", good.substring(0, good.length() - 1)),
                Arguments.of("version", "{}"),
                Arguments.of("version", good.replace(Rings.V1, "a1")),
                Arguments.of("version", good.replace(Rings.V1, "00000000000000A1")),
                Arguments.of("slots", Rings.json(Rings.V1, 2048, TABLE, TABLE, A, B)),
                Arguments.of("slots", good.replace("\"slots\"", "\"slot\"")),
                Arguments.of("members", Rings.json(Rings.V1, Ring.SLOTS, TABLE, TABLE)),
                Arguments.of("members", Rings.json(Rings.V1, Ring.SLOTS, TABLE, TABLE, tooMany)),
                Arguments.of("coordinator", Rings.json(Rings.V1, A, "http://user:secret@b")),
                Arguments.of("coordinator", Rings.json(Rings.V1, A, "file:///etc/passwd")),
                Arguments.of("coordinator", Rings.json(Rings.V1, A, "/relative")),
                Arguments.of("coordinator", Rings.json(Rings.V1, A, "")),
                Arguments.of("members[1].url", good.replace("\"url\":\"" + B + "\"", "\"uri\":\"\"")),
                Arguments.of("owners", Rings.json(Rings.V1, Ring.SLOTS, "!", TABLE, A, B)),
                Arguments.of("owners", Rings.json(Rings.V1, Ring.SLOTS, Rings.table(4095, s -> 0), TABLE, A, B)),
                Arguments.of("owners", Rings.json(Rings.V1, Ring.SLOTS, Rings.table(s -> 2), TABLE, A, B)),
                Arguments.of("successors", Rings.json(Rings.V1, Ring.SLOTS, TABLE, Rings.table(s -> 255), A, B)),
                Arguments.of("successors", good.replace("\"successors\"", "\"next\"")));
    }

    @Property
    void readsWhateverIsCutOffOrChangedAsMalformedOrAsARing(@ForAll int where, @ForAll byte what) {
        byte[] body = Rings.json(Rings.V1, A, B).getBytes(StandardCharsets.UTF_8);
        body[Math.floorMod(where, body.length)] = what;
        try {
            assertThat(Ring.read(body).members()).isNotEmpty();
        } catch (MalformedException e) {
            assertThat(e).hasMessageContaining(e.field());
        }
    }

    private static BigInteger mixed(BigInteger low) {
        BigInteger modulus = BigInteger.ONE.shiftLeft(64);
        BigInteger mixed = low.xor(low.shiftRight(33));
        mixed = mixed.multiply(new BigInteger("ff51afd7ed558ccd", 16)).mod(modulus);
        mixed = mixed.xor(mixed.shiftRight(33));
        mixed = mixed.multiply(new BigInteger("c4ceb9fe1a85ec53", 16)).mod(modulus);
        return mixed.xor(mixed.shiftRight(33));
    }
}

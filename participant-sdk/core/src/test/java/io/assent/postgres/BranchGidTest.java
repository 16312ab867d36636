package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.MalformedException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.LongRange;

class BranchGidTest {

    @Property
    void aGidReadsBackAsItWasWritten(@ForAll("services") String service, @ForAll("durations") Duration remaining) {
        BranchGid gid = new BranchGid(service, Gtrid.mint(), TimedBqual.mint(remaining));

        assertThat(BranchGid.parse(service, gid.toString())).contains(gid);
        assertThat(gid.toString().getBytes(StandardCharsets.UTF_8)).hasSizeLessThan(200);
        assertThat(gid.toString()).matches("[a-z0-9:A-Z_-]+");
    }

    @Property
    void aGidOfOneServiceIsNeverReadByAnother(@ForAll("services") String service, @ForAll("services") String other) {
        String gid = new BranchGid(service, Gtrid.mint(), TimedBqual.mint(Duration.ofSeconds(30))).toString();

        assertThat(BranchGid.parse(other, gid).isPresent()).isEqualTo(service.equals(other));
    }

    @Property
    void whateverIsReadIsExactlyWhatWouldBeWritten(@ForAll("nearly") String text) {
        BranchGid.parse("bank", text)
                .ifPresent(parsed -> assertThat(parsed.toString()).isEqualTo(text));
    }

    @Property
    void aGidWithOneCharacterChangedNamesAnotherBranchOrNone(
            @ForAll @LongRange(min = 0, max = 1000) long at, @ForAll char replacement) {
        BranchGid gid = new BranchGid("bank", Gtrid.mint(), TimedBqual.mint(Duration.ofSeconds(30)));
        StringBuilder changed = new StringBuilder(gid.toString());
        changed.setCharAt((int) (at % changed.length()), replacement);

        boolean same = changed.toString().equals(gid.toString());
        assertThat(BranchGid.parse("bank", changed.toString())
                        .filter(gid::equals)
                        .isPresent())
                .isEqualTo(same);
    }

    @Property
    void aBqualCarriesTheTimeLeftRoundedUpToSeconds(@ForAll @LongRange(min = 0, max = 9_999_999_999L) long millis) {
        Duration timeout =
                TimedBqual.timeout(TimedBqual.mint(Duration.ofMillis(millis))).orElseThrow();

        long expected = Math.min((millis + 999) / 1000, 36L * 36 * 36 * 36 * 36 * 36 - 1);
        assertThat(timeout).isEqualTo(Duration.ofSeconds(expected));
    }

    @Example
    void twoBqualsAreNeverTheSame() {
        assertThat(TimedBqual.mint(Duration.ZERO)).isNotEqualTo(TimedBqual.mint(Duration.ZERO));
    }

    @Example
    void aBqualOfAnotherMakeCarriesNoTime() {
        assertThat(TimedBqual.timeout(new Bqual("x"))).isEmpty();
        assertThat(TimedBqual.timeout(new Bqual("00-" + Bqual.mint()))).isEmpty();
        assertThat(TimedBqual.timeout(new Bqual("zzzzzzz-" + Bqual.mint()))).isEmpty();
    }

    @Example
    void aServiceNameThatWouldNeedQuotingIsRefused() {
        for (String name : new String[] {"", "Bank", "bank'", "bank:1", "a_b", "x".repeat(64)}) {
            assertThatExceptionOfType(MalformedException.class)
                    .isThrownBy(() -> BranchGid.checkService(name))
                    .withMessageContaining("service");
        }
    }

    @Property
    void theFullXidIsTheNearestToTheSnapshotOnEitherSide(
            @ForAll @LongRange(min = 1L << 32, max = 1L << 50) long xmax,
            @ForAll @LongRange(min = -(1L << 31) + 1, max = (1L << 31) - 1) long distance) {
        long full = xmax + distance;

        assertThat(PreparedTransactions.xid8(full & 0xFFFF_FFFFL, xmax)).isEqualTo(Long.toString(full));
    }

    @Provide
    Arbitrary<String> services() {
        return Arbitraries.strings().withChars("abcxyz019-").ofMinLength(1).ofMaxLength(63);
    }

    @Provide
    Arbitrary<Duration> durations() {
        return Arbitraries.longs().between(0, 9_999_999_999L).map(Duration::ofMillis);
    }

    @Provide
    Arbitrary<String> nearly() {
        Arbitrary<String> parts = Arbitraries.of(
                "assent:",
                "bank:",
                "assent:bank:",
                Gtrid.floorOf(0).toString(),
                ":",
                "0-",
                "a",
                "1e-",
                "'",
                " ",
                "-",
                "AAAAAAAAAAAAAAAAAAAAAA",
                "\u0000",
                "é");
        return parts.list().ofMaxSize(8).map(list -> String.join("", list));
    }
}

package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.assent.api.AbortReason;
import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class RowCodecTest {

    @Property(tries = 500)
    void whateverIsWrittenIsReadTheSame(@ForAll("details") RowCodec.Detail detail) {
        assertThat(RowCodec.decode(RowCodec.encode(detail))).isEqualTo(detail);
    }

    @Example
    void ofAUrlOnlyWhatDiffersFromTheOneBeforeTakesRoom() {
        String host = ".payments.svc.cluster.local:8080/assent";
        int alike = RowCodec.encode(branchesOf("http://debit" + host, "http://credit" + host)).length;
        int one = RowCodec.encode(branchesOf("http://debit" + host)).length;
        int branch = RowCodec.encode(branchesOf("http://debit" + host, "http://debit" + host)).length - one;
        assertThat(alike - one - branch).isEqualTo("cred".length() + 3);
    }

    @Example
    void rowsOfVersionOneAreReadAsBefore() {
        byte[] row = HexFormat.of()
                .parseHex("01" + "02" + "08687474703a2f2f61" + "08687474703a2f2f62" + "02" + "10" + "00" + "026e31"
                        + "07" + "0001" + "027331" + "0378797a" + "01" + "016b" + "0176" + "00");
        assertThat(RowCodec.decode(row))
                .isEqualTo(new RowCodec.Detail(
                        List.of(branch("http://a", "n1", "7"), branch("http://b", "s1", "xyz")),
                        Map.of("k", "v"),
                        null));
    }

    @Property(tries = 2000)
    void arbitraryBytesAreRefusedAndNothingElse(
            @ForAll @Size(min = 1, max = 200) byte[] bytes, @ForAll @IntRange(max = 3) int version) {
        bytes[0] = (byte) version;
        Throwable thrown = catchThrowable(() -> RowCodec.decode(bytes));
        assertThat(thrown == null || thrown instanceof CorruptRowException)
                .as("%s", thrown)
                .isTrue();
    }

    @Property(tries = 1000)
    void aRowWithOneByteChangedIsReadOrRefused(
            @ForAll("details") RowCodec.Detail detail, @ForAll int at, @ForAll byte value) {
        byte[] bytes = RowCodec.encode(detail);
        bytes[Math.floorMod(at, bytes.length)] = value;
        Throwable thrown = catchThrowable(() -> RowCodec.decode(bytes));
        assertThat(thrown == null || thrown instanceof CorruptRowException)
                .as("%s", thrown)
                .isTrue();
    }

    @Property(tries = 300)
    void aRowThatEndsEarlyIsRefused(@ForAll("details") RowCodec.Detail detail, @ForAll int at) {
        byte[] bytes = RowCodec.encode(detail);
        byte[] cut = Arrays.copyOf(bytes, Math.floorMod(at, bytes.length));
        assertThat(catchThrowable(() -> RowCodec.decode(cut))).isInstanceOf(CorruptRowException.class);
    }

    @Provide
    Arbitrary<RowCodec.Detail> details() {
        Arbitrary<Map<String, String>> labels = Arbitraries.maps(
                        Arbitraries.strings().alpha().ofMinLength(1).ofMaxLength(32), text(64))
                .ofMaxSize(8);
        Arbitrary<AbortReason> reasons = Combinators.combine(Arbitraries.of(AbortReason.Code.class), text(200))
                .as(AbortReason::new);
        return Combinators.combine(branches().list().ofMaxSize(20), labels, reasons, Arbitraries.of(true, false))
                .as((branches, map, reason, committed) ->
                        new RowCodec.Detail(List.copyOf(branches), map, committed ? null : reason));
    }

    private static RowCodec.Detail branchesOf(String... participants) {
        return new RowCodec.Detail(
                Arrays.stream(participants).map(url -> branch(url, "b", "7")).toList(), Map.of(), null);
    }

    private static ListedBranch branch(String participant, String bqual, String evidence) {
        return new ListedBranch(
                new BranchId(new ParticipantUrl(participant), new Bqual(bqual)),
                Inquiring.CAN,
                PhaseTwo.TOLD,
                evidence);
    }

    private static Arbitrary<ListedBranch> branches() {
        Arbitrary<ParticipantUrl> participants = Arbitraries.oneOf(
                Arbitraries.integers()
                        .between(1, 5)
                        .map(i -> new ParticipantUrl("http://participant-" + i + ".internal:8080/assent")),
                Arbitraries.of("http://a", "http://aa", "http://a/a", "http://a/a/a", "https://a/a", "http://b:8080/a")
                        .map(ParticipantUrl::new));
        Arbitrary<Bqual> bquals = Arbitraries.oneOf(
                Arbitraries.strings()
                        .withCharRange('a', 'z')
                        .withCharRange('A', 'Z')
                        .numeric()
                        .withChars('_', '-')
                        .ofMinLength(1)
                        .ofMaxLength(64)
                        .map(Bqual::new),
                Arbitraries.create(() -> new Bqual("u-" + Bqual.mint())),
                Arbitraries.create(Bqual::mint));
        Arbitrary<String> evidence = Arbitraries.oneOf(
                text(64),
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.of("", "0", "007", "999999999999999999", "9223372036854775808", "18446744073709551615"));
        return Combinators.combine(
                        participants, bquals, Arbitraries.of(Inquiring.class), Arbitraries.of(PhaseTwo.class), evidence)
                .as((participant, bqual, inquiring, phaseTwo, text) ->
                        new ListedBranch(new BranchId(participant, bqual), inquiring, phaseTwo, text));
    }

    /** Any characters that texts from outside may have. */
    private static Arbitrary<String> text(int lengthMax) {
        return Arbitraries.strings()
                .withCharRange(' ', '~')
                .withChars('ä', '€', '漢')
                .ofMaxLength(lengthMax);
    }
}

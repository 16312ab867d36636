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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class RowCodecTest {

    @Property(tries = 1000)
    void whatIsWrittenComesBackTheSame(
            @ForAll("bquals") List<String> bquals,
            @ForAll("evidence") String evidence,
            @ForAll PhaseTwo phaseTwo,
            @ForAll Inquiring inquiring,
            @ForAll AbortReason.Code code) {
        List<ListedBranch> branches = new ArrayList<>();
        for (int i = 0; i < bquals.size(); i++) {
            ParticipantUrl participant = new ParticipantUrl("http://bank-" + i % 3 + ":8080/assent");
            branches.add(new ListedBranch(
                    new BranchId(participant, new Bqual(bquals.get(i))), inquiring, phaseTwo, evidence));
        }
        RowCodec.Detail aborted =
                new RowCodec.Detail(branches, Map.of("payment", evidence), new AbortReason(code, "because " + code));
        RowCodec.Detail committed = new RowCodec.Detail(branches, Map.of(), null);

        assertThat(RowCodec.decode(RowCodec.encode(aborted))).isEqualTo(aborted);
        assertThat(RowCodec.decode(RowCodec.encode(committed))).isEqualTo(committed);
    }

    @Property(tries = 2000)
    void bytesThatAreNoRowAreRefusedAndNothingElseHappens(@ForAll byte[] bytes) {
        Throwable failure = catchThrowable(() -> RowCodec.decode(bytes));

        assertThat(failure)
                .satisfiesAnyOf(
                        f -> assertThat(f).isNull(), f -> assertThat(f).isInstanceOf(CorruptRowException.class));
    }

    @Test
    void aBranchOfTheSdkTakesLittleMoreThanItsRandomness() {
        Bqual bqual = new Bqual("u-" + Bqual.mint());
        ParticipantUrl participant = new ParticipantUrl("http://127.0.0.1:8081/assent");
        ListedBranch branch = new ListedBranch(new BranchId(participant, bqual), Inquiring.CAN, PhaseTwo.TOLD, "7612");
        int one = RowCodec.encode(new RowCodec.Detail(List.of(branch), Map.of(), null)).length;
        int two = RowCodec.encode(new RowCodec.Detail(List.of(branch, branch), Map.of(), null)).length;

        assertThat(two - one).isLessThanOrEqualTo(24);
    }

    @Provide
    Arbitrary<List<String>> bquals() {
        Arbitrary<String> any =
                Arbitraries.strings().withChars("ABCxyz019_-").ofMinLength(1).ofMaxLength(64);
        Arbitrary<String> minted = Arbitraries.create(() -> Bqual.mint().value());
        Arbitrary<String> timed = Arbitraries.create(() -> "u-" + Bqual.mint());
        return Arbitraries.oneOf(any, minted, timed).list().ofMaxSize(8);
    }

    @Provide
    Arbitrary<String> evidence() {
        return Arbitraries.oneOf(
                Arbitraries.longs().map(String::valueOf),
                Arbitraries.of("", "0", "007", "999999999999999999", "9999999999999999999"),
                Arbitraries.strings().alpha().ofMaxLength(64));
    }
}

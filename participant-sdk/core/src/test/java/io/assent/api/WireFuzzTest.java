package io.assent.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.domains.Domain;
import org.junit.jupiter.api.Test;

/** Whatever comes from outside is read or refused as malformed; nothing else happens. */
@Domain(WireArbitraries.class)
@Domain(net.jqwik.api.domains.DomainContext.Global.class)
final class WireFuzzTest {

    private static final List<Consumer<byte[]>> BODIES = List.of(
            TransactionJson::readCommit,
            TransactionJson::readRollback,
            TransactionJson::readOutcome,
            TransactionJson::readEnlist,
            InstructionJson::readInstructions,
            InstructionJson::readResults,
            InquiryJson::readInquiries,
            InquiryJson::readAnswers,
            Problem::read,
            TransactionStatus::read,
            CommitsJson::readLine,
            body -> CommitsJson.read(body).forEach(CommitsJson.Unread::read));

    private static final List<Consumer<String>> TEXTS = List.of(
            Gtrid::parse,
            Bqual::new,
            ParticipantUrl::new,
            TransactionContext::parse,
            JoinedBranches::parse,
            text -> JoinedBranches.parse("v=1;" + text),
            text -> JoinedBranches.parse("v=1;x=" + text),
            text -> JoinedBranches.parse("v=1;p=http%3A%2F%2Fa;b=b,0," + text),
            text -> JoinedBranches.parse("v=1;p=http%3A%2F%2Fa;b=b,0,P," + text),
            text -> new ParticipantUrl("http://" + text),
            text -> TransactionContext.parse("v=1;gtrid=" + text + ";ttl=1"),
            text -> Labels.checked(Map.of("label", text)),
            text -> Labels.checked(Map.of(text, "value")));

    @Property(tries = 3000)
    void bytesAreReadOrMalformed(@ForAll @Size(max = 200) byte[] bytes) {
        BODIES.forEach(body -> readOrMalformed(body, bytes));
    }

    @Property(tries = 3000)
    void bytesThatBeginAsJsonAreReadOrMalformed(@ForAll("jsonLike") String text) {
        BODIES.forEach(body -> readOrMalformed(body, text.getBytes(StandardCharsets.UTF_8)));
    }

    @Property
    void otherEncodingsAreReadOrMalformed(
            @ForAll("jsonLike") String text, @ForAll("charsets") String charset, @ForAll @IntRange(max = 4) int cut) {
        byte[] bytes = text.getBytes(Charset.forName(charset));
        byte[] shorter = java.util.Arrays.copyOf(bytes, Math.max(0, bytes.length - cut));
        BODIES.forEach(body -> readOrMalformed(body, shorter));
    }

    @Property
    void damagedCommitRequestsAreReadOrMalformed(
            @ForAll CommitRequest request, @ForAll @IntRange(max = 100_000) int place, @ForAll byte damage) {
        byte[] bytes = TransactionJson.writeCommit(request);
        bytes[place % bytes.length] = damage;
        readOrMalformed(TransactionJson::readCommit, bytes);
    }

    @Property
    void damagedCommitsAreReadOrMalformed(
            @ForAll @Size(min = 1, max = 5) List<Completion> completions,
            @ForAll @IntRange(max = 100_000) int place,
            @ForAll byte damage) {
        byte[] bytes = CommitsJson.write(completions);
        bytes[place % bytes.length] = damage;
        readOrMalformed(body -> CommitsJson.read(body).forEach(CommitsJson.Unread::read), bytes);
    }

    @Property
    void damagedLinesAreReadOrMalformed(
            @ForAll Gtrid gtrid, @ForAll @IntRange(max = 100_000) int place, @ForAll byte damage) {
        OutcomeReply reply = new OutcomeReply(gtrid, Decision.COMMIT, OutcomeReply.Applied.YES, null);
        byte[] bytes = CommitsJson.writeLine(gtrid, 200, 1, TransactionJson.writeOutcome(reply));
        bytes[place % bytes.length] = damage;
        readOrMalformed(
                line -> TransactionJson.readOutcome(CommitsJson.readLine(line).body()), bytes);
    }

    @Property
    void damagedHeadersAreReadOrMalformed(
            @ForAll JoinedBranches joined, @ForAll @IntRange(max = 100_000) int place, @ForAll char damage) {
        StringBuilder header = new StringBuilder(joined.toHeader());
        header.setCharAt(place % header.length(), damage);
        readOrMalformed(JoinedBranches::parse, header.toString());
    }

    @Property(tries = 3000)
    void textsAreReadOrMalformed(@ForAll @Size(max = 100) String text) {
        TEXTS.forEach(reader -> readOrMalformed(reader, text));
    }

    @Property
    void whateverWasReadCanBeWritten(@ForAll String text) {
        JoinedBranches joined = new JoinedBranches(List.of(), text);
        assertThat(JoinedBranches.parse(joined.toHeader()).whyIncomplete()).isPresent();
        RollbackRequest rollback = new RollbackRequest(List.of(), text, Map.of());
        assertThat(TransactionJson.readRollback(TransactionJson.writeRollback(rollback)))
                .isEqualTo(rollback);
        AbortReason reason = new AbortReason(AbortReason.Code.NO_VOTE, text);
        OutcomeReply reply = new OutcomeReply(Gtrid.floorOf(0), Decision.ABORT, OutcomeReply.Applied.YES, reason);
        assertThat(TransactionJson.readOutcome(TransactionJson.writeOutcome(reply)))
                .isEqualTo(reply);
    }

    @Test
    void halfACharacterThatWasReadCanBeWritten() {
        byte[] half = bytes("{\"reason\":\"no \\ud83d way\"}");
        RollbackRequest rollback = TransactionJson.readRollback(half);
        assertThat(TransactionJson.readRollback(TransactionJson.writeRollback(rollback)))
                .isEqualTo(rollback);
        assertThat(rollback.reason()).isEqualTo("no ? way");
    }

    @Test
    void aFieldNamedByAStrangerIsShownCut() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TransactionJson.readCommit(bytes("{\"" + "a\\n".repeat(1000) + "\":1}")))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(400).doesNotContain("\n"));
    }

    @Test
    void textThatIsCutIsNotCutThroughACharacter() {
        String text = "x".repeat(Vote.TEXT_LENGTH_MAX - 1) + "😀";
        assertThat(new Vote.No(text).reason()).isEqualTo("x".repeat(Vote.TEXT_LENGTH_MAX - 1));
    }

    @Test
    void textThatNoDatabaseHoldsIsRefusedOrReplaced() {
        String nul = "a\0b";
        assertThat(new Vote.No(nul).reason()).isEqualTo("a?b");
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> Labels.checked(Map.of("label", nul)));
        assertThatExceptionOfType(MalformedException.class).isThrownBy(() -> new Vote.Prepared(nul));
    }

    @Test
    void deepAndLongDocumentsAreMalformed() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TransactionJson.readCommit(bytes("{\"a\":".repeat(10_000))));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TransactionJson.readCommit(bytes("{\"reply\":\"" + "x".repeat(100_000) + "\"}")));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TransactionJson.readCommit(bytes("{\"timeoutMillis\":" + "9".repeat(1000) + "}")));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> JoinedBranches.parse("v=1;x=" + "x".repeat(JoinedBranches.HEADER_LENGTH_MAX)));
    }

    @Test
    void unknownAndDoubledFieldsAreNamed() {
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TransactionJson.readCommit(bytes("{\"timeout\":1}")))
                .satisfies(e -> assertThat(e.field()).isEqualTo("timeout"))
                .withMessageContaining("timeoutMillis");
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TransactionJson.readCommit(bytes("{\"waitMillis\":1,\"waitMillis\":2}")));
        assertThatExceptionOfType(MalformedException.class)
                .isThrownBy(() -> TransactionJson.readCommit(
                        bytes("{\"branches\":[{\"participant\":\"http://a\",\"bqual\":7}]}")))
                .satisfies(e -> assertThat(e.field()).isEqualTo("branches[0].bqual"));
    }

    @Provide
    Arbitrary<String> jsonLike() {
        Arbitrary<String> tokens = Arbitraries.of(
                "{",
                "}",
                "[",
                "]",
                ",",
                ":",
                "\"branches\"",
                "\"gtrid\"",
                "\"reply\"",
                "\"timeoutMillis\"",
                "\"labels\"",
                "\"inquiries\"",
                "\"answers\"",
                "\"commits\"",
                "\"body\"",
                "\"status\"",
                "200",
                "\"retryAfterSeconds\"",
                "\"" + Gtrid.floorOf(0) + "\"",
                "\"results\"",
                "\"instructions\"",
                "\"\\ud800\"",
                "\"\\u0000\"",
                "\"APPLIED\"",
                "null",
                "true",
                "1",
                "-1e400",
                "99999999999999999999",
                "\"code\"",
                "\"state\"",
                "\"participant\"",
                "\"http://a\"",
                "\"bqual\"",
                "\"b\"",
                "\"reason\"",
                "\"decision\"");
        return tokens.list().ofMaxSize(20).map(list -> "{" + String.join("", list));
    }

    @Provide
    Arbitrary<String> charsets() {
        return Arbitraries.of("UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE", "UTF-16", "UTF-32", "ISO-8859-1");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** Any other exception goes through and fails the test. */
    private static <T> void readOrMalformed(Consumer<T> reader, T input) {
        try {
            reader.accept(input);
        } catch (MalformedException e) {
            assertThat(e).hasMessageContaining(e.remedy());
        }
    }
}

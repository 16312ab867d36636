package io.assent.micronaut;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Branch;
import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.JoinedBranches;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a service that takes part answers to requests inside and outside transactions. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ParticipantTest {

    private static final String NO_TRANSACTION = "";

    private final HttpClient http = HttpClient.newHttpClient();
    private Service service;

    @BeforeAll
    void start() throws Exception {
        service = Service.start();
        service.bean(Notes.class);
    }

    @AfterAll
    void stop() throws Exception {
        service.close();
        http.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/notes/scope", "/event-loop/scope"})
    void theScopeIsBoundWhereverTheControllerRuns(String path) throws Exception {
        Gtrid gtrid = Gtrid.mint();

        assertThat(get(path, header(gtrid)).body()).isEqualTo(gtrid.toString());
        assertThat(get(path, NO_TRANSACTION).body()).isEqualTo("none");
    }

    @Test
    void aBranchVotesWithTheReplyAndEndsByInstruction() throws Exception {
        Gtrid gtrid = Gtrid.mint();

        HttpResponse<String> reply = post("/notes/write/a1", header(gtrid), "");

        Branch branch = onlyBranch(reply);
        assertThat(branch.vote()).isInstanceOf(Vote.Prepared.class);
        assertThat(branch.id().participant().value()).isEqualTo(service.url + "/assent");
        assertThat(service.committed("a1")).isZero();

        assertThat(instruct(Instruction.Action.COMMIT, gtrid, branch)).isEqualTo(InstructionResult.Result.COMMITTED);

        assertThat(service.committed("a1")).isOne();
    }

    @Test
    void theVotePassesItsCrashPoints() throws Exception {
        Gtrid gtrid = Gtrid.mint();

        Branch branch = onlyBranch(post("/notes/write/a2", header(gtrid), ""));

        Service.eventually(() -> RecordedCrashPoints.REACHED.contains(gtrid + " participant.vote.before")
                && RecordedCrashPoints.REACHED.contains(gtrid + " participant.vote.after"));
        instruct(Instruction.Action.ROLLBACK, gtrid, branch);
    }

    @Test
    void aBranchThatThrowsRollsBackAndVotesNo() throws Exception {
        HttpResponse<String> reply = post("/notes/fail/a3", header(Gtrid.mint()), "");

        assertThat(reply.statusCode()).isEqualTo(500);
        assertThat(onlyBranch(reply).vote()).isInstanceOf(Vote.No.class);
        assertThat(onlyBranch(reply).vote()).asString().contains("no more notes");
        assertThat(service.committed("a3")).isZero();
    }

    @Test
    void aBranchThatWroteNothingVotesReadOnly() throws Exception {
        assertThat(onlyBranch(post("/notes/read/a4", header(Gtrid.mint()), "")).vote())
                .isInstanceOf(Vote.ReadOnly.class);
    }

    @Test
    void aRelayNamesTheBranchesOfAllServicesBelow() throws Exception {
        Gtrid gtrid = Gtrid.mint();

        HttpResponse<String> reply = post("/notes/relay/a5", header(gtrid), "");

        JoinedBranches joined = branches(reply);
        assertThat(joined.incomplete()).isNull();
        assertThat(joined.branches()).hasSize(2).allMatch(branch -> branch.vote() instanceof Vote.Prepared);
        for (Branch branch : joined.branches()) {
            instruct(Instruction.Action.COMMIT, gtrid, branch);
        }
        assertThat(service.committed("a5-here")).isOne();
        assertThat(service.committed("a5-there")).isOne();
    }

    @Test
    void micronautDataTakesPartUnchanged() throws Exception {
        Gtrid gtrid = Gtrid.mint();

        Branch branch = onlyBranch(post("/data/write/e1", header(gtrid), ""));

        assertThat(branch.vote()).isInstanceOf(Vote.Prepared.class);
        assertThat(service.committed("e1")).isZero();
        instruct(Instruction.Action.COMMIT, gtrid, branch);
        assertThat(service.committed("e1")).isOne();
        assertThat(service.committed("e1-too")).isOne();
        assertThat(post("/data/count", NO_TRANSACTION, "").statusCode()).isEqualTo(200);
    }

    @Test
    void aFailureInMicronautDataVotesNo() throws Exception {
        HttpResponse<String> reply = post("/data/fail/e2", header(Gtrid.mint()), "");

        assertThat(onlyBranch(reply).vote()).isInstanceOf(Vote.No.class);
        assertThat(service.committed("e2")).isZero();
    }

    @Test
    void aLockTimeoutIsNamed() throws Exception {
        Gtrid gtrid = Gtrid.mint();
        Branch first = onlyBranch(post("/notes/write/a6", header(gtrid), ""));

        HttpResponse<String> second = post("/notes/write/a6", header(gtrid), "");

        assertThat(second.statusCode()).isEqualTo(503);
        assertThat(second.body()).contains("LOCK_TIMEOUT").contains("earlier branch of the same transaction");
        assertThat(onlyBranch(second).vote()).isInstanceOf(Vote.No.class);
        instruct(Instruction.Action.ROLLBACK, gtrid, first);
    }

    @Test
    void whatTheDatabaseSaysStaysInTheService() throws Exception {
        Gtrid gtrid = Gtrid.mint();
        instruct(Instruction.Action.COMMIT, gtrid, onlyBranch(post("/notes/write/a7", header(gtrid), "")));

        HttpResponse<String> reply = post("/notes/write/a7", header(Gtrid.mint()), "");

        assertThat(reply.statusCode()).isEqualTo(500);
        assertThat(reply.body()).contains("BRANCH_FAILED").doesNotContain("note_pkey");
    }

    @Test
    void workThatNeedsATransactionIsRefusedWithoutOne() throws Exception {
        HttpResponse<String> reply = post("/notes/write/a8", NO_TRANSACTION, "");

        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(reply.body()).contains("NO_TRANSACTION");
        assertThat(reply.headers().firstValue(JoinedBranches.HEADER)).isEmpty();
        assertThat(service.committed("a8")).isZero();
    }

    @Test
    void workAfterTheDeadlineIsRefused() throws Exception {
        HttpResponse<String> reply = post("/notes/write/a9", "v=1;gtrid=" + Gtrid.mint() + ";ttl=0", "");

        assertThat(reply.statusCode()).isEqualTo(409);
        assertThat(reply.body()).contains("BRANCH_REFUSED");
        assertThat(onlyBranch(reply).vote()).isInstanceOf(Vote.No.class);
    }

    @Test
    void writingInATransactionButOutsideABranchIsRefused() throws Exception {
        assertThat(post("/notes/outside/a10", header(Gtrid.mint()), "").statusCode())
                .isEqualTo(500);
        assertThat(service.committed("a10")).isZero();

        assertThat(post("/notes/outside/a10", NO_TRANSACTION, "").statusCode()).isEqualTo(200);
        assertThat(service.committed("a10")).isOne();
    }

    @Test
    void aBranchMayNotReturnBeforeItsWorkIsDone() throws Exception {
        assertThat(post("/notes/later/a11", header(Gtrid.mint()), "").statusCode())
                .isEqualTo(500);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,  /notes/nowhere,   ,                 404",
        "GET,  /notes/write/b1,  ,                 405",
        "POST, /notes/json,      {\"a\":           ,400",
        "POST, /notes/json,      text/plain,       415"
    })
    void errorRepliesNameTheBranchesToo(String method, String path, String body, int status) throws Exception {
        boolean wrongType = "text/plain".equals(body);
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.url + path))
                .header("Content-Type", wrongType ? body : "application/json")
                .header(TransactionContext.HEADER, header(Gtrid.mint()))
                .method(method, BodyPublishers.ofString(body == null ? "" : body));

        HttpResponse<String> reply = http.send(request.build(), BodyHandlers.ofString());

        assertThat(reply.statusCode()).isEqualTo(status);
        assertThat(branches(reply)).isEqualTo(JoinedBranches.NONE);
    }

    @Test
    void aHeaderThatNobodyCanReadIsRefusedAndNotAnswered() throws Exception {
        HttpResponse<String> reply = post("/notes/write/b2", "v=1;gtrid=nonsense;ttl=1000", "");

        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(reply.body()).contains("\"field\":\"gtrid\"");
        assertThat(reply.headers().firstValue(JoinedBranches.HEADER)).isEmpty();
        assertThat(service.committed("b2")).isZero();
    }

    @Test
    void instructionsThatNobodyCanReadAreRefused() throws Exception {
        HttpResponse<String> reply = post("/assent", NO_TRANSACTION, "{\"instructions\":[{\"action\":\"DANCE\"}]}");

        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.body())
                .contains("\"field\":\"instructions[0].action\"")
                .contains("\"code\":\"MALFORMED\"");
    }

    @Test
    void tooManyInstructionsAreRefused() throws Exception {
        HttpResponse<String> reply = post("/assent", NO_TRANSACTION, " ".repeat(1024 * 1024 + 1));

        assertThat(reply.statusCode()).isEqualTo(413);
    }

    @Test
    void aBranchThatNobodyEndsAsksAfterItsDeadline() throws Exception {
        Gtrid gtrid = Gtrid.mint();
        Branch branch = onlyBranch(post("/notes/write/b3", "v=1;gtrid=" + gtrid + ";ttl=900", ""));
        assertThat(branch.vote()).isInstanceOf(Vote.Prepared.class);

        Service.eventually(() -> service.preparedCount() == 0);

        assertThat(service.committed("b3")).isZero();
    }

    private InstructionResult.Result instruct(Instruction.Action action, Gtrid gtrid, Branch branch) throws Exception {
        String evidence = branch.vote() instanceof Vote.Prepared prepared ? prepared.evidence() : "";
        byte[] body = InstructionJson.writeInstructions(
                List.of(new Instruction(action, gtrid, branch.id().bqual(), evidence)));
        HttpResponse<byte[]> reply = http.send(
                HttpRequest.newBuilder(branch.id().participant().toUri())
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.headers().firstValue("Content-Type")).contains("application/json");
        return InstructionJson.readResults(reply.body()).getFirst().result();
    }

    private HttpResponse<String> get(String path, String context) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.url + path));
        if (!context.isEmpty()) {
            request.header(TransactionContext.HEADER, context);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String context, String body) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(service.url + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body));
        if (!context.isEmpty()) {
            request.header(TransactionContext.HEADER, context);
        }
        return http.send(request.build(), BodyHandlers.ofString());
    }

    private static String header(Gtrid gtrid) {
        return new TransactionContext(gtrid, Duration.ofSeconds(30)).toHeader();
    }

    private static JoinedBranches branches(HttpResponse<String> reply) {
        return JoinedBranches.parse(
                reply.headers().firstValue(JoinedBranches.HEADER).orElseThrow());
    }

    private static Branch onlyBranch(HttpResponse<String> reply) {
        assertThat(branches(reply).branches()).hasSize(1);
        return branches(reply).branches().getFirst();
    }
}

package io.assent.samples.bank;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Branch;
import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.JoinedBranches;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.micronaut.runtime.server.EmbeddedServer;
import io.micronaut.test.extensions.junit5.annotation.MicronautTest;
import io.micronaut.test.support.TestPropertyProvider;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** The test is initiator and coordinator at once: it sends the header, reads the vote and tells the outcome. */
@MicronautTest(transactional = false)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class BankTest implements TestPropertyProvider {

    private final EmbeddedPostgres postgres = start();
    private final HttpClient http = HttpClient.newHttpClient();

    @Inject
    EmbeddedServer server;

    @Override
    public Map<String, String> getProperties() {
        return Map.of(
                "BANK_NAME", "north",
                "BANK_URL", "http://bank.example:8081",
                "BANK_DATABASE_URL", "jdbc:postgresql://127.0.0.1:" + postgres.getPort() + "/postgres",
                "BANK_DATABASE_USER", "postgres",
                "BANK_DATABASE_PASSWORD", "postgres",
                "ASSENT_COORDINATORS", "http://127.0.0.1:9");
    }

    @AfterAll
    void stop() throws IOException {
        server.stop();
        postgres.close();
    }

    @BeforeEach
    void openAccounts() throws Exception {
        String accounts = "[{\"id\":\"alice\",\"balance\":10000},{\"id\":\"bob\",\"balance\":0}]";
        assertThat(post("/accounts", accounts).statusCode()).isEqualTo(204);
    }

    @Test
    void debitVotesPreparedAndMovesTheBalanceOnlyWithTheOutcome() throws Exception {
        long before = balance("alice");

        HttpResponse<String> reply = payInTransaction("/debits", "p-1", "alice", 250);

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.body()).contains("\"balance\":" + (before - 250));
        Branch branch = onlyBranch(reply);
        assertThat(branch.vote()).isInstanceOf(Vote.Prepared.class);
        assertThat(branch.id().participant().value()).isEqualTo("http://bank.example:8081/assent");
        assertThat(balance("alice")).isEqualTo(before);

        assertThat(instruct(Instruction.Action.COMMIT, reply)).isEqualTo(InstructionResult.Result.COMMITTED);

        assertThat(balance("alice")).isEqualTo(before - 250);
    }

    @Test
    void aRolledBackCreditLeavesNothingBehind() throws Exception {
        long before = balance("bob");
        HttpResponse<String> reply = payInTransaction("/credits", "p-2", "bob", 70);

        assertThat(instruct(Instruction.Action.ROLLBACK, reply)).isEqualTo(InstructionResult.Result.ROLLED_BACK);

        assertThat(balance("bob")).isEqualTo(before);
        HttpResponse<String> again = payInTransaction("/credits", "p-2", "bob", 70);
        assertThat(onlyBranch(again).vote()).isInstanceOf(Vote.Prepared.class);
        instruct(Instruction.Action.ROLLBACK, again);
    }

    @Test
    void anOverdraftIsRefusedAndVotesNo() throws Exception {
        assertRejected(payInTransaction("/debits", "p-3", "bob", 1_000_000), 409, "INSUFFICIENT_FUNDS");
    }

    @Test
    void anUnknownAccountIsRefusedAndVotesNo() throws Exception {
        assertRejected(payInTransaction("/credits", "p-4", "nobody", 10), 404, "UNKNOWN_ACCOUNT");
    }

    @Test
    void anAmountThatIsNotPositiveIsRefusedAndVotesNo() throws Exception {
        assertRejected(payInTransaction("/debits", "p-5", "alice", -10), 400, "INVALID_AMOUNT");
    }

    @Test
    void aPaymentChangesAnAccountOnlyOnce() throws Exception {
        HttpResponse<String> first = payInTransaction("/credits", "p-6", "bob", 5);
        instruct(Instruction.Action.COMMIT, first);

        assertRejected(payInTransaction("/credits", "p-6", "bob", 5), 409, "DUPLICATE_PAYMENT");
    }

    @Test
    void aPaymentOutsideATransactionIsRefused() throws Exception {
        long before = balance("alice");

        HttpResponse<String> reply = post("/debits", "{\"payment\":\"p-7\",\"account\":\"alice\",\"amount\":1}");

        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.body()).contains("NO_TRANSACTION");
        assertThat(balance("alice")).isEqualTo(before);
    }

    @Test
    void theTotalsAgreeWithTheEntries() throws Exception {
        instruct(Instruction.Action.COMMIT, payInTransaction("/credits", "p-8", "bob", 11));

        assertThat(get("/totals").body()).contains("\"accounts\":2").contains("\"entriesSum\":");
        assertThat(get("/health").body()).contains("UP");
    }

    private void assertRejected(HttpResponse<String> reply, int status, String code) {
        assertThat(reply.statusCode()).isEqualTo(status);
        assertThat(reply.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(reply.body()).contains("\"code\":\"" + code + "\"");
        Vote vote = onlyBranch(reply).vote();
        assertThat(vote).isInstanceOf(Vote.No.class);
        assertThat(vote).asString().contains(code);
    }

    private static Branch onlyBranch(HttpResponse<String> reply) {
        JoinedBranches joined = JoinedBranches.parse(
                reply.headers().firstValue(JoinedBranches.HEADER).orElseThrow());
        assertThat(joined.incomplete()).isNull();
        assertThat(joined.branches()).hasSize(1);
        return joined.branches().getFirst();
    }

    private InstructionResult.Result instruct(Instruction.Action action, HttpResponse<String> reply) throws Exception {
        Branch branch = onlyBranch(reply);
        String evidence = branch.vote() instanceof Vote.Prepared prepared ? prepared.evidence() : "";
        Gtrid gtrid = TransactionContext.parse(reply.request()
                        .headers()
                        .firstValue(TransactionContext.HEADER)
                        .orElseThrow())
                .gtrid();
        byte[] body = InstructionJson.writeInstructions(
                List.of(new Instruction(action, gtrid, branch.id().bqual(), evidence)));
        HttpResponse<byte[]> results = http.send(
                HttpRequest.newBuilder(uri("/assent"))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofByteArray(body))
                        .build(),
                BodyHandlers.ofByteArray());
        assertThat(results.statusCode()).isEqualTo(200);
        return InstructionJson.readResults(results.body()).getFirst().result();
    }

    private HttpResponse<String> payInTransaction(String path, String payment, String account, long amount)
            throws Exception {
        TransactionContext context = new TransactionContext(Gtrid.mint(), Duration.ofSeconds(30));
        String body = "{\"payment\":\"%s\",\"account\":\"%s\",\"amount\":%d}".formatted(payment, account, amount);
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .header(TransactionContext.HEADER, context.toHeader())
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return http.send(
                HttpRequest.newBuilder(uri(path))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(body))
                        .build(),
                BodyHandlers.ofString());
    }

    private HttpResponse<String> get(String path) throws Exception {
        return http.send(HttpRequest.newBuilder(uri(path)).build(), BodyHandlers.ofString());
    }

    private long balance(String account) throws Exception {
        String body = get("/accounts/" + account).body();
        return Long.parseLong(body.replaceAll(".*\"balance\":(-?[0-9]+).*", "$1"));
    }

    private URI uri(String path) {
        return server.getURI().resolve(path);
    }

    private static EmbeddedPostgres start() {
        try {
            return EmbeddedPostgres.builder()
                    .setPGStartupWait(Duration.ofSeconds(60))
                    .setServerConfig("synchronous_commit", "on")
                    .setServerConfig("fsync", "on")
                    .setServerConfig("max_prepared_transactions", "64")
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

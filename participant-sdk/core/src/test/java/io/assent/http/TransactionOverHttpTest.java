package io.assent.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.assent.api.Branch;
import io.assent.api.Gtrid;
import io.assent.api.Instruction;
import io.assent.api.InstructionJson;
import io.assent.api.InstructionResult;
import io.assent.api.JoinedBranches;
import io.assent.api.TransactionContext;
import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionOverHttpTest {

    private ServedBank bank;
    private final Gtrid gtrid = Gtrid.mint();
    private final String context = new TransactionContext(gtrid, Duration.ofSeconds(30)).toHeader();

    @BeforeEach
    void open() throws IOException, SQLException {
        bank = new ServedBank();
        bank.serve("/deposit", exchange -> {
            try {
                bank.deposit();
                ServedBank.reply(exchange, 204);
            } catch (SQLException e) {
                throw new IOException(e);
            }
        });
    }

    @AfterEach
    void close() throws SQLException {
        bank.close();
    }

    @Test
    void aDepositIsPreparedByTheRequestAndCommittedByTheInstruction() throws Exception {
        HttpResponse<String> reply = bank.get("/deposit", context);
        Branch branch = joined(reply).branches().getFirst();
        assertThat(reply.statusCode()).isEqualTo(204);
        assertThat(branch.id().participant().toUri()).isEqualTo(bank.uri("/assent"));
        assertThat(bank.database().balance(1)).isEqualTo(100);

        String evidence = ((Vote.Prepared) branch.earlyVote().orElseThrow()).evidence();
        Instruction commit =
                new Instruction(Instruction.Action.COMMIT, gtrid, branch.id().bqual(), evidence);
        HttpResponse<byte[]> results = bank.instruct("POST", InstructionJson.writeInstructions(List.of(commit)));

        assertThat(results.statusCode()).isEqualTo(200);
        assertThat(InstructionJson.readResults(results.body()))
                .containsExactly(InstructionResult.of(commit, InstructionResult.Result.COMMITTED));
        assertThat(bank.database().balance(1)).isEqualTo(110);
    }

    @Test
    void aRequestWithoutATransactionPassesUntouched() throws Exception {
        bank.serve(
                "/plain",
                exchange ->
                        ServedBank.reply(exchange, TransactionScope.current().isEmpty() ? 200 : 500));

        HttpResponse<String> reply = bank.get("/plain");
        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(reply.headers().firstValue(JoinedBranches.HEADER)).isEmpty();
    }

    @Test
    void aReplyOfAHandlerThatTookNoPartNamesNoBranches() throws Exception {
        bank.serve("/idle", exchange -> ServedBank.reply(exchange, 200));

        assertThat(joined(bank.get("/idle", context))).isEqualTo(JoinedBranches.NONE);
    }

    @Test
    void anErrorReplyNamesTheBranchesToo() throws Exception {
        bank.serve("/refused", exchange -> {
            deposit();
            ServedBank.reply(exchange, 422);
        });

        HttpResponse<String> reply = bank.get("/refused", context);
        assertThat(reply.statusCode()).isEqualTo(422);
        assertThat(joined(reply).branches()).hasSize(1);
    }

    /** The list has left without it, so nobody would ever commit it. */
    @Test
    void workThatOutlivesTheReplyIsRefused() throws Exception {
        CompletableFuture<Throwable> late = new CompletableFuture<>();
        CountDownLatch replied = new CountDownLatch(1);
        bank.serve("/late", exchange -> {
            TransactionScope scope = TransactionScope.current().orElseThrow();
            Thread.startVirtualThread(() -> late.complete(catchThrowable(() -> {
                try (TransactionScope.Binding _ = scope.bind()) {
                    replied.await();
                    bank.deposit();
                }
            })));
            deposit();
            ServedBank.reply(exchange, 200);
            replied.countDown();
        });

        HttpResponse<String> reply = bank.get("/late", context);

        assertThat(joined(reply).branches()).hasSize(1);
        assertThat(late.get(20, TimeUnit.SECONDS))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("list of branches has been handed on");
    }

    @Test
    void aHandlerThatThrowsIsAnsweredWithItsBranches() throws Exception {
        bank.serve("/broken", _ -> {
            deposit();
            throw new IllegalStateException("a bug");
        });

        HttpResponse<String> reply = bank.get("/broken", context);
        assertThat(reply.statusCode()).isEqualTo(500);
        assertThat(reply.body()).contains("HANDLER_FAILED").doesNotContain("a bug");
        assertThat(joined(reply).branches()).hasSize(1);
    }

    @Test
    void workThatFailsIsAnsweredWithItsVoteNo() throws Exception {
        bank.database().execute("DROP TABLE account CASCADE");

        HttpResponse<String> reply = bank.get("/deposit", context);
        assertThat(reply.statusCode()).isEqualTo(500);
        assertThat(joined(reply).branches().getFirst().vote()).isInstanceOf(Vote.No.class);
    }

    @Test
    void aContextThatCantBeReadIsRefusedAndRunsNothing() throws Exception {
        for (String malformed : List.of("", "v=2;gtrid=" + gtrid + ";ttl=1", "v=1;gtrid=x;ttl=1", "v=1;ttl=1")) {
            HttpResponse<String> reply = bank.get("/deposit", malformed);

            assertThat(reply.statusCode()).as(malformed).isEqualTo(400);
            assertThat(reply.headers().firstValue("Content-Type")).contains("application/problem+json");
            assertThat(reply.body()).contains("\"code\":\"MALFORMED\"", "\"remedy\":\"must be");
            assertThat(reply.headers().firstValue(JoinedBranches.HEADER)).isEmpty();
        }
        assertThat(bank.database().prepared()).isEmpty();
    }

    @Test
    void twoContextsInOneRequestAreRefused() throws Exception {
        HttpResponse<String> reply = bank.get("/deposit", context, context);

        assertThat(reply.statusCode()).isEqualTo(400);
        assertThat(reply.body()).contains("may be there only once");
    }

    @Test
    void workAfterTheReplyHasLeftIsInNoTransaction() throws Exception {
        CompletableFuture<Optional<TransactionScope>> after = new CompletableFuture<>();
        bank.serve("/late", exchange -> {
            ServedBank.reply(exchange, 200);
            after.complete(TransactionScope.current());
        });

        assertThat(joined(bank.get("/late", context))).isEqualTo(JoinedBranches.NONE);
        assertThat(after.get(10, TimeUnit.SECONDS)).isEmpty();
    }

    @Test
    void aHandlerMayReplyFromAnotherThread() throws Exception {
        bank.serve("/async", exchange -> {
            TransactionScope scope = TransactionScope.current().orElseThrow();
            Thread.ofPlatform().start(() -> {
                try (var _ = scope.bind()) {
                    deposit();
                    ServedBank.reply(exchange, 200);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        });

        assertThat(joined(bank.get("/async", context)).branches()).hasSize(1);
    }

    @Test
    void theNextRequestOfTheThreadIsNotInTheTransactionOfTheLast() throws Exception {
        bank.serve("/current", exchange -> {
            boolean right =
                    TransactionScope.current().map(TransactionScope::gtrid).equals(Optional.of(gtrid));
            ServedBank.reply(exchange, right ? 200 : 204);
        });
        for (int i = 0; i < 8; i++) {
            assertThat(bank.get("/current", context).statusCode()).isEqualTo(200);
            assertThat(bank.get("/current").statusCode()).isEqualTo(204);
        }
    }

    @Test
    void aDeadlineThatIsOverRefusesTheWork() throws Exception {
        HttpResponse<String> reply = bank.get("/deposit", "v=1;gtrid=" + gtrid + ";ttl=0");

        assertThat(reply.statusCode()).isEqualTo(500);
        assertThat(joined(reply).branches().getFirst().vote()).isInstanceOf(Vote.No.class);
        assertThat(bank.database().prepared()).isEmpty();
    }

    @Test
    void instructionsThatCantBeReadAreRefusedWithTheField() throws Exception {
        for (String body : List.of("", "{", "[]", "{\"instructions\":[{}]}", "{\"instructions\":[],\"more\":1}")) {
            HttpResponse<byte[]> reply = bank.instruct("POST", body.getBytes(StandardCharsets.UTF_8));

            assertThat(reply.statusCode()).as(body).isEqualTo(400);
            assertThat(ServedBank.text(reply)).contains("\"code\":\"MALFORMED\"", "\"field\":");
        }
    }

    @Test
    void aBodyOverTheLimitIsRefused() throws Exception {
        HttpResponse<byte[]> reply = bank.instruct("POST", new byte[1024 * 1024 + 1]);

        assertThat(reply.statusCode()).isEqualTo(413);
    }

    @Test
    void anythingButPostIsRefused() throws Exception {
        HttpResponse<byte[]> reply = bank.instruct("PUT", new byte[0]);

        assertThat(reply.statusCode()).isEqualTo(405);
        assertThat(reply.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void anEmptyBatchIsAnsweredEmpty() throws Exception {
        HttpResponse<byte[]> reply = bank.instruct("POST", InstructionJson.writeInstructions(List.of()));

        assertThat(reply.statusCode()).isEqualTo(200);
        assertThat(ServedBank.text(reply)).isEqualTo("{\"results\":[]}");
    }

    private void deposit() throws IOException {
        try {
            bank.deposit();
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    private static JoinedBranches joined(HttpResponse<String> reply) {
        return JoinedBranches.parse(
                reply.headers().firstValue(JoinedBranches.HEADER).orElseThrow());
    }
}

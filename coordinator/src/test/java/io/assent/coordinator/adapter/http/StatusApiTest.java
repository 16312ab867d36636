package io.assent.coordinator.adapter.http;

import static io.assent.coordinator.adapter.http.ApiFixture.assertProblem;
import static io.assent.coordinator.adapter.http.ApiFixture.await;
import static io.assent.coordinator.adapter.http.ApiFixture.commitOf;
import static io.assent.coordinator.adapter.http.ApiFixture.path;
import static io.assent.coordinator.adapter.http.ApiFixture.prepared;
import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.InstructionResult.Result;
import io.assent.api.JsonObject;
import io.assent.coordinator.TestCoordinator;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.adapter.participant.TestParticipant;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Status, lists and long-polls, and what operators do by hand. */
class StatusApiTest {

    private static TestCoordinator coordinator;
    private static TestParticipant participant;

    private final Gtrid gtrid = Gtrid.mint();
    private final Bqual bqual = Bqual.mint();

    @BeforeAll
    static void start() {
        coordinator = TestCoordinator.start();
        participant = TestParticipant.obedient();
    }

    @AfterAll
    static void stop() {
        coordinator.close();
        participant.close();
    }

    @Test
    void theStatusOfACommittedTransactionTellsItAll() {
        coordinator.post(
                path(gtrid, "commit"),
                "{\"branches\":[" + prepared(participant, bqual) + "],\"labels\":{\"payment\":\"p-1\"}}");
        await("it is noted as finished", () -> state(gtrid).equals("COMMITTED"));

        JsonObject status = coordinator.get(path(gtrid, "")).json();

        assertThat(status.string("decision")).isEqualTo("COMMIT");
        assertThat(status.strings("labels")).containsEntry("payment", "p-1");
        assertThat(status.string("mintedAt")).matches("20\\d\\d-.*Z");
        assertThat(status.string("decidedAt")).matches("20\\d\\d-.*Z");
        JsonObject branch = status.objects("branches").getFirst();
        assertThat(branch.string("participant")).isEqualTo(participant.url().value());
        assertThat(branch.string("vote")).isEqualTo("PREPARED");
        assertThat(branch.string("state")).isEqualTo("DONE");
    }

    @Test
    void theStatusOfAnUnknownTransactionSaysNothingAboutItsOutcome() {
        Reply reply = coordinator.get(path(gtrid, ""));

        assertProblem(reply, ErrorCode.UNKNOWN_TRANSACTION);
        assertThat(reply.json().string("detail")).contains("says nothing about the outcome");
    }

    @Test
    void theStatusOfADeliveryTellsItsAttemptsAndTheLastError() {
        try (TestParticipant down = failing(new AtomicBoolean(true))) {
            coordinator.post(
                    path(gtrid, "commit"), commitOf(prepared(down, bqual)).replace("5000", "0"));
            await(
                    "a first attempt has failed",
                    () -> branch(gtrid).optionalString("lastError").isPresent());

            JsonObject branch = branch(gtrid);
            assertThat(state(gtrid)).isEqualTo("COMMITTING");
            assertThat(branch.string("state")).isEqualTo("PENDING");
            assertThat(branch.number("attempts", 0)).isPositive();
            assertThat(branch.string("lastError")).contains("500");
            giveUp(down);
        }
    }

    @Test
    void aParticipantWhoseUrlLeadsNowhereIsNamedWithTheTimeSinceWhen() {
        TestParticipant nobody = TestParticipant.obedient();
        nobody.close();
        Instant begin = Instant.now().truncatedTo(ChronoUnit.MILLIS);
        coordinator.post(
                path(gtrid, "commit"), commitOf(prepared(nobody, bqual)).replace("5000", "0"));
        await(
                "an attempt has failed",
                () -> branch(gtrid).optionalString("silentSince").isPresent());

        JsonObject branch = coordinator.get("/v1/transactions?inDoubt=true").json().objects("transactions").stream()
                .filter(transaction -> transaction.string("gtrid").equals(gtrid.toString()))
                .findFirst()
                .orElseThrow()
                .objects("branches")
                .getFirst();
        assertThat(branch.string("participant")).isEqualTo(nobody.url().value());
        assertThat(branch.string("lastError")).contains("no connection");
        assertThat(Instant.parse(branch.string("silentSince"))).isBetween(begin, Instant.now());
        Reply health = coordinator.get("/health");
        assertThat(health.status()).isEqualTo(200);
        assertThat(health.text())
                .contains("\"status\":\"UP\"", nobody.url().value(), branch.string("silentSince"), "no connection");
        assertThat(longestSilence()).isPositive();

        giveUp(nobody);
        await("it is over", () -> state(gtrid).equals("HEURISTIC"));
        assertThat(coordinator.get("/health").text())
                .doesNotContain(nobody.url().value());
    }

    /** One that answers is not silent, whatever it answers. */
    @Test
    void aParticipantThatAnswersIsNotCalledSilent() {
        try (TestParticipant busy = new TestParticipant(TestParticipant.always(Result.RETRY, "busy"))) {
            coordinator.post(
                    path(gtrid, "commit"), commitOf(prepared(busy, bqual)).replace("5000", "0"));
            await(
                    "an attempt has failed",
                    () -> branch(gtrid).optionalString("lastError").isPresent());

            assertThat(branch(gtrid).optionalString("silentSince")).isEmpty();
            giveUp(busy);
        }
    }

    @Test
    void aLongPollIsAnsweredWhenTheOutcomeIsThere() {
        CompletableFuture<Reply> waiting =
                CompletableFuture.supplyAsync(() -> coordinator.get("/v1/transactions/" + gtrid + "?wait=20000"));
        await(
                "it waits",
                () -> coordinator.context().getBean(OutcomeWatch.class).count() > 0);

        coordinator.post(path(gtrid, "rollback"), "");

        assertThat(waiting.join().json().string("decision")).isEqualTo("ABORT");
    }

    @Test
    void aLongPollEndsAfterItsTime() {
        coordinator.post("/v1/transactions", "");

        assertProblem(
                coordinator.get("/v1/transactions/" + gtrid + "?wait=50&until=APPLIED"), ErrorCode.UNKNOWN_TRANSACTION);
    }

    @Test
    void aLongPollForAppliedOutlastsTheDecision() {
        AtomicBoolean fails = new AtomicBoolean(true);
        try (TestParticipant slow = failing(fails)) {
            coordinator.post(
                    path(gtrid, "commit"), commitOf(prepared(slow, bqual)).replace("5000", "0"));
            CompletableFuture<Reply> waiting = CompletableFuture.supplyAsync(
                    () -> coordinator.get("/v1/transactions/" + gtrid + "?wait=20000&until=APPLIED"));
            await(
                    "it waits",
                    () -> coordinator.context().getBean(OutcomeWatch.class).count() > 0);

            fails.set(false);

            assertThat(waiting.join().json().string("state")).isEqualTo("COMMITTED");
        }
    }

    @Test
    void listsPageThroughEveryTransactionOnce() {
        String label = "batch:" + bqual;
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            Gtrid each = Gtrid.mint();
            made.add(each.toString());
            coordinator.post(path(each, "rollback"), "{\"labels\":{\"batch\":\"" + bqual + "\"}}");
        }

        List<String> listed = new ArrayList<>();
        Optional<String> cursor = Optional.empty();
        do {
            JsonObject page = coordinator
                    .get("/v1/transactions?limit=2&label=" + label
                            + cursor.map(c -> "&cursor=" + c).orElse(""))
                    .json();
            page.objects("transactions").forEach(t -> listed.add(t.string("gtrid")));
            cursor = page.optionalString("cursor");
        } while (cursor.isPresent());

        assertThat(listed).containsExactlyInAnyOrderElementsOf(made).doesNotHaveDuplicates();
    }

    @Test
    void whatIsBegunIsListedByItsState() {
        coordinator.post("/v1/transactions", "{\"labels\":{\"who\":\"" + bqual + "\"}}");

        JsonObject list = coordinator
                .get("/v1/transactions?state=ACTIVE&label=who:" + bqual)
                .json();

        assertThat(list.objects("transactions")).hasSize(1);
        assertThat(coordinator
                        .get("/v1/transactions?inDoubt=true&label=who:" + bqual)
                        .json()
                        .objects("transactions"))
                .hasSize(1);
    }

    @Test
    void aHeuristicOutcomeStaysOpenUntilSomebodyAcknowledgesIt() {
        try (TestParticipant broken =
                new TestParticipant(TestParticipant.always(Result.HEURISTIC_ROLLBACK, "rolled back by hand"))) {
            coordinator.post(path(gtrid, "commit"), commitOf(prepared(broken, bqual)));
            await("it is over", () -> state(gtrid).equals("HEURISTIC"));

            assertThat(branch(gtrid).string("heuristic")).isEqualTo("HEURISTIC_ROLLBACK");
            assertThat(openHeuristics()).contains(gtrid.toString());
            assertProblem(
                    coordinator.post(path(gtrid, "heuristics/acknowledge"), "{\"by\":\"ada\"}"), ErrorCode.MALFORMED);

            Reply reply = coordinator.post(
                    path(gtrid, "heuristics/acknowledge"), "{\"by\":\"ada\",\"reason\":\"booked by hand\"}");

            assertThat(reply.json().number("acknowledged", 0)).isEqualTo(1);
            assertThat(openHeuristics()).doesNotContain(gtrid.toString());
        }
    }

    @Test
    void aBranchWhoseParticipantIsGoneCanBeGivenUp() {
        try (TestParticipant down = failing(new AtomicBoolean(true))) {
            coordinator.post(
                    path(gtrid, "commit"), commitOf(prepared(down, bqual)).replace("5000", "0"));

            giveUp(down);

            await("it is over", () -> state(gtrid).equals("HEURISTIC"));
            assertThat(branch(gtrid).string("heuristic")).isEqualTo("HEURISTIC_HAZARD");
            assertThat(branch(gtrid).string("heuristicDetail")).contains("ada", "switched off");
        }
    }

    @Test
    void whatIsNotBeingDeliveredCantBeGivenUp() {
        coordinator.post(path(gtrid, "commit"), commitOf(prepared(participant, bqual)));
        await("it is over", () -> state(gtrid).equals("COMMITTED"));

        assertProblem(giveUp(participant), ErrorCode.NOT_OPEN);
    }

    @Test
    void whatHasNoDecisionCantBeRetried() {
        assertProblem(coordinator.post(path(gtrid, "retry"), ""), ErrorCode.NOT_DECIDED);
    }

    @Test
    void aRetryIsSentAtOnce() {
        AtomicBoolean fails = new AtomicBoolean(true);
        try (TestParticipant slow = failing(fails)) {
            coordinator.post(
                    path(gtrid, "commit"), commitOf(prepared(slow, bqual)).replace("5000", "0"));
            fails.set(false);

            assertThat(coordinator.post(path(gtrid, "retry"), "").status()).isEqualTo(200);
            await("it is delivered", () -> state(gtrid).equals("COMMITTED"));
        }
    }

    private Reply giveUp(TestParticipant at) {
        return coordinator.post(
                path(gtrid, "branches/abandon"),
                "{\"participant\":\"%s\",\"bqual\":\"%s\",\"by\":\"ada\",\"reason\":\"switched off\"}"
                        .formatted(at.url(), bqual));
    }

    private static TestParticipant failing(AtomicBoolean fails) {
        return new TestParticipant((exchange, instructions) -> {
            if (fails.get()) {
                TestParticipant.body(exchange, 500, new byte[0]);
            } else {
                TestParticipant.obey(exchange, instructions);
            }
        });
    }

    private static double longestSilence() {
        return coordinator
                .get("/prometheus")
                .text()
                .lines()
                .filter(line -> line.startsWith("assent_gateway_silent_seconds"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .findFirst()
                .orElseThrow();
    }

    private static String state(Gtrid gtrid) {
        return coordinator.get(path(gtrid, "")).json().string("state");
    }

    private static JsonObject branch(Gtrid gtrid) {
        return coordinator.get(path(gtrid, "")).json().objects("branches").getFirst();
    }

    private static List<String> openHeuristics() {
        return coordinator.get("/v1/heuristics").json().objects("heuristics").stream()
                .map(h -> h.string("gtrid"))
                .toList();
    }
}

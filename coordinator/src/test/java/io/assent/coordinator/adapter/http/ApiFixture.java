package io.assent.coordinator.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.coordinator.TestCoordinator.Reply;
import io.assent.coordinator.adapter.participant.TestParticipant;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/** Requests as a client without the SDK writes them. */
final class ApiFixture {

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private ApiFixture() {}

    static String path(Gtrid gtrid, String action) {
        return "/v1/transactions/" + gtrid + (action.isEmpty() ? "" : "/" + action);
    }

    /** A branch that voted early. */
    static String prepared(TestParticipant participant, Bqual bqual) {
        return "{\"participant\":\"%s\",\"bqual\":\"%s\",\"inquires\":true,\"vote\":\"PREPARED\",\"evidence\":\"7\"}"
                .formatted(participant.url(), bqual);
    }

    /** A branch of a participant that can inquire and has still to be asked. */
    static String unasked(TestParticipant participant, Bqual bqual) {
        return "{\"participant\":\"%s\",\"bqual\":\"%s\",\"inquires\":true}".formatted(participant.url(), bqual);
    }

    /** A branch of a participant that can't inquire. */
    static String mute(TestParticipant participant, Bqual bqual) {
        return "{\"participant\":\"%s\",\"bqual\":\"%s\"}".formatted(participant.url(), bqual);
    }

    static String commitOf(String... branches) {
        return "{\"branches\":[" + String.join(",", branches) + "],\"timeoutMillis\":20000,\"waitMillis\":5000}";
    }

    static void assertProblem(Reply reply, ErrorCode code) {
        assertThat(reply.text()).contains("\"code\":\"" + code + "\"");
        assertThat(reply.status()).isEqualTo(code.status());
        assertThat(reply.header("Content-Type")).startsWith(Problem.MEDIA_TYPE);
        assertThat(reply.json().string("type")).isEqualTo(code.urn());
        assertThat(reply.json().string("remedy")).isNotEmpty();
    }

    static void await(String what, BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("waiting until " + what).isNegative();
            Thread.onSpinWait();
            java.util.concurrent.locks.LockSupport.parkNanos(
                    Duration.ofMillis(5).toNanos());
        }
    }
}

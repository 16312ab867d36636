package io.assent.coordinator.adapter.participant;

import io.assent.api.InstructionJson;
import java.time.Duration;

/**
 * How the gateway treats participants.
 *
 * <table>
 * <caption>Settings</caption>
 * <tr><th>setting</th><th>default</th><th>meaning</th></tr>
 * <tr><td>participants-max</td><td>1000</td><td>participants with open instructions; idle ones are forgotten first</td></tr>
 * <tr><td>queue-max</td><td>10000</td><td>instructions without an answer per participant; more are refused</td></tr>
 * <tr><td>requests-max</td><td>2</td><td>requests in flight per participant</td></tr>
 * <tr><td>batch-max</td><td>200</td><td>instructions per request</td></tr>
 * <tr><td>reply-bytes-max</td><td>4194304</td><td>a longer reply counts as no answer</td></tr>
 * <tr><td>abort-attempts-max</td><td>30</td><td>ABORT to a participant that inquires is then left to its inquiry</td></tr>
 * <tr><td>connect-timeout</td><td>2s</td><td>to open a connection</td></tr>
 * <tr><td>request-timeout</td><td>5s</td><td>from sending a request to the end of its reply</td></tr>
 * <tr><td>idle-timeout</td><td>10s</td><td>a connection that carries nothing is then closed</td></tr>
 * <tr><td>close-timeout</td><td>5s</td><td>how long a shutdown waits for replies under way</td></tr>
 * <tr><td>prompt-max</td><td>20ms</td><td>a participant that replies sooner is prompt: those who could go on without its answer
 *     are held for it, at most for so long; 0: nobody is ever held</td></tr>
 * <tr><td>back-off-min</td><td>50ms</td><td>upper bound of the first pause</td></tr>
 * <tr><td>back-off-max</td><td>10s</td><td>upper bound of every pause</td></tr>
 * </table>
 */
public record GatewaySettings(Bounds bounds, Timeouts timeouts, Pauses pauses) {

    public static GatewaySettings defaults() {
        return new GatewaySettings(Bounds.defaults(), Timeouts.defaults(), Pauses.defaults());
    }

    /**
     * @param participantsMax participants with open instructions
     * @param queueMax instructions without an answer per participant: waiting, under way or in a pause
     * @param requestsMax requests in flight per participant
     * @param batchMax instructions per request; at most {@link InstructionJson#BATCH_MAX}
     * @param replyBytesMax the longest reply that is read
     * @param abortAttemptsMax attempts to tell ABORT to a participant that can inquire
     */
    public record Bounds(
            int participantsMax, int queueMax, int requestsMax, int batchMax, int replyBytesMax, int abortAttemptsMax) {

        private static final int NO_LIMIT = Integer.MAX_VALUE;

        public Bounds {
            between("participants-max", participantsMax, NO_LIMIT);
            between("queue-max", queueMax, NO_LIMIT);
            between("requests-max", requestsMax, NO_LIMIT);
            between("batch-max", batchMax, InstructionJson.BATCH_MAX);
            between("reply-bytes-max", replyBytesMax, NO_LIMIT);
            between("abort-attempts-max", abortAttemptsMax, NO_LIMIT);
        }

        public static Bounds defaults() {
            return new Bounds(1000, 10_000, 2, 200, 4 * 1024 * 1024, 30);
        }
    }

    /**
     * @param connect to open a connection
     * @param request from sending a request to the end of its reply
     * @param idle after which a connection that carries nothing is closed
     * @param close how long closing waits for replies under way; may be zero
     * @param prompt a participant that replies sooner is prompt; may be zero, and at most as long as a request may take
     */
    public record Timeouts(Duration connect, Duration request, Duration idle, Duration close, Duration prompt) {

        public Timeouts {
            positive("connect-timeout", connect);
            positive("request-timeout", request);
            positive("idle-timeout", idle);
            notNegative("close-timeout", close);
            notNegative("prompt-max", prompt);
            if (prompt.compareTo(request) > 0) {
                throw new IllegalArgumentException(
                        "prompt-max '" + prompt + "' must not be above request-timeout '" + request + "'");
            }
        }

        public static Timeouts defaults() {
            return new Timeouts(
                    Duration.ofSeconds(2),
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(5),
                    Duration.ofMillis(20));
        }
    }

    /**
     * @param min upper bound of the first pause after a failure
     * @param max upper bound of every pause
     */
    public record Pauses(Duration min, Duration max) {

        public Pauses {
            positive("back-off-min", min);
            if (max.compareTo(min) < 0) {
                throw new IllegalArgumentException(
                        "back-off-max '" + max + "' must not be below back-off-min '" + min + "'");
            }
        }

        public static Pauses defaults() {
            return new Pauses(Duration.ofMillis(50), Duration.ofSeconds(10));
        }
    }

    private static void between(String field, int value, int max) {
        if (value < 1 || value > max) {
            throw new IllegalArgumentException(field + " '" + value + "' must be 1 to " + max);
        }
    }

    private static void notNegative(String field, Duration value) {
        if (value.isNegative()) {
            throw new IllegalArgumentException(field + " '" + value + "' must not be negative");
        }
    }

    private static void positive(String field, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(field + " '" + value + "' must be more than zero, such as PT2S");
        }
    }
}

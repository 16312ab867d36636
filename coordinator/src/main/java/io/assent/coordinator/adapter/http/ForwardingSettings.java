package io.assent.coordinator.adapter.http;

import java.time.Duration;

/**
 * Bounds of what replicas ask each other.
 *
 * @param connectTimeout how long a connection to another replica may take
 * @param probeTimeout how long another replica may take to say whether it holds a transaction
 * @param replyTimeout how long the holder may take at most to answer what was forwarded
 * @param replyGrace how long it may take beyond what the request itself allows
 * @param replyBytesMax the longest reply that is passed on
 */
public record ForwardingSettings(
        Duration connectTimeout, Duration probeTimeout, Duration replyTimeout, Duration replyGrace, int replyBytesMax) {

    public ForwardingSettings {
        positive("connectTimeout", connectTimeout.toMillis());
        positive("probeTimeout", probeTimeout.toMillis());
        positive("replyTimeout", replyTimeout.toMillis());
        positive("replyGrace", replyGrace.toMillis());
        positive("replyBytesMax", replyBytesMax);
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " '" + value + "' must be greater than 0");
        }
    }
}

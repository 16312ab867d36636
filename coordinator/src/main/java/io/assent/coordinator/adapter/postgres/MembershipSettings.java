package io.assent.coordinator.adapter.postgres;

import io.assent.coordinator.engine.port.Replicas.RingSettings;
import java.time.Duration;

/**
 * How replicas know of each other. Durations are measured by the database's clock alone.
 *
 * @param renewInterval how often a replica says that it is alive, and looks who else is
 * @param goneAfter how long after its last word a replica counts as gone
 * @param forgetAfter how long after its last word the row of a replica that is gone is deleted
 * @param ring how the ring is made; the same for all replicas
 */
public record MembershipSettings(Duration renewInterval, Duration goneAfter, Duration forgetAfter, RingSettings ring) {

    public MembershipSettings {
        if (renewInterval.toMillis() < 1) {
            throw new IllegalArgumentException("renewInterval '" + renewInterval + "' must be at least 1ms");
        }
        if (goneAfter.compareTo(renewInterval.plus(renewInterval)) < 0) {
            throw new IllegalArgumentException(
                    "goneAfter '" + goneAfter + "' must be at least twice the renew-interval of " + renewInterval);
        }
        if (forgetAfter.compareTo(goneAfter) < 0) {
            throw new IllegalArgumentException(
                    "forgetAfter '" + forgetAfter + "' must be at least the gone-after of " + goneAfter);
        }
    }

    /** The documented defaults. */
    public static MembershipSettings defaults() {
        return new MembershipSettings(
                Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofHours(1), RingSettings.defaults());
    }
}

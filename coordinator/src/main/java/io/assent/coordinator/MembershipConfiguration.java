package io.assent.coordinator;

import io.assent.coordinator.adapter.postgres.MembershipSettings;
import io.assent.coordinator.engine.port.Replicas.RingSettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * See {@link MembershipSettings}.
 *
 * @param virtualNodes points of each replica on the ring
 * @param loadPercentMax how much of the mean share a replica may own at the most, in percent
 */
@ConfigurationProperties(MembershipConfiguration.PREFIX)
record MembershipConfiguration(
        @Bindable(defaultValue = "1s") Duration renewInterval,
        @Bindable(defaultValue = "3s") Duration goneAfter,
        @Bindable(defaultValue = "1h") Duration forgetAfter,
        @Bindable(defaultValue = "128") int virtualNodes,
        @Bindable(defaultValue = "110") int loadPercentMax) {

    static final String PREFIX = "assent.membership";
    private static final int PERCENT = 100;

    MembershipSettings toSettings() {
        if (loadPercentMax <= PERCENT) {
            throw new WrongSettingException(
                    PREFIX + ".load-percent-max", Integer.toString(loadPercentMax), "must be above " + PERCENT);
        }
        return WrongSettingException.checked(PREFIX, () -> {
            RingSettings ring = new RingSettings(virtualNodes, (loadPercentMax - PERCENT) / (double) PERCENT);
            return new MembershipSettings(renewInterval, goneAfter, forgetAfter, ring);
        });
    }
}

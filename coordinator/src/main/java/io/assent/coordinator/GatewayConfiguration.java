package io.assent.coordinator;

import io.assent.coordinator.adapter.participant.GatewaySettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/** How participants are called; see {@link GatewaySettings}. */
@ConfigurationProperties(GatewayConfiguration.PREFIX)
record GatewayConfiguration(
        @Bindable(defaultValue = "1000") int participantsMax,
        @Bindable(defaultValue = "10000") int queueMax,
        @Bindable(defaultValue = "2") int requestsMax,
        @Bindable(defaultValue = "200") int batchMax,
        @Bindable(defaultValue = "4194304") int replyBytesMax,
        @Bindable(defaultValue = "30") int abortAttemptsMax,
        @Bindable(defaultValue = "2s") Duration connectTimeout,
        @Bindable(defaultValue = "5s") Duration requestTimeout,
        @Bindable(defaultValue = "10s") Duration idleTimeout,
        @Bindable(defaultValue = "5s") Duration closeTimeout,
        @Bindable(defaultValue = "20ms") Duration promptMax,
        @Bindable(defaultValue = "50ms") Duration backOffMin,
        @Bindable(defaultValue = "10s") Duration backOffMax) {

    static final String PREFIX = "assent.gateway";

    GatewaySettings toSettings() {
        return WrongSettingException.checked(
                PREFIX,
                () -> new GatewaySettings(
                        new GatewaySettings.Bounds(
                                participantsMax, queueMax, requestsMax, batchMax, replyBytesMax, abortAttemptsMax),
                        new GatewaySettings.Timeouts(
                                connectTimeout, requestTimeout, idleTimeout, closeTimeout, promptMax),
                        new GatewaySettings.Pauses(backOffMin, backOffMax)));
    }
}

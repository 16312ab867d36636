package io.assent.coordinator;

import io.assent.coordinator.adapter.http.ForwardingSettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/** See {@link ForwardingSettings}. */
@ConfigurationProperties(ForwardingConfiguration.PREFIX)
record ForwardingConfiguration(
        @Bindable(defaultValue = "500ms") Duration connectTimeout,
        @Bindable(defaultValue = "1s") Duration probeTimeout,
        @Bindable(defaultValue = "50s") Duration replyTimeout,
        @Bindable(defaultValue = "5s") Duration replyGrace,
        @Bindable(defaultValue = "1048576") int replyBytesMax) {

    static final String PREFIX = "assent.forwarding";

    ForwardingSettings toSettings() {
        return WrongSettingException.checked(
                PREFIX,
                () -> new ForwardingSettings(connectTimeout, probeTimeout, replyTimeout, replyGrace, replyBytesMax));
    }
}

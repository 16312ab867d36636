package io.assent.coordinator;

import io.assent.coordinator.recovery.RecoverySettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/** See {@link RecoverySettings}. */
@ConfigurationProperties(RecoveryConfiguration.PREFIX)
record RecoveryConfiguration(
        @Bindable(defaultValue = "5s") Duration interval,
        @Bindable(defaultValue = "1000") int page,
        @Bindable(defaultValue = "5s") Duration handOver,
        @Bindable(defaultValue = "30s") Duration backUpAfter) {

    static final String PREFIX = "assent.recovery";

    RecoverySettings toSettings() {
        return WrongSettingException.checked(PREFIX, () -> new RecoverySettings(interval, page, handOver, backUpAfter));
    }
}

package io.assent.coordinator;

import io.assent.coordinator.adapter.http.HttpSettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/** Limits of the HTTP API; see {@link HttpSettings}. */
@ConfigurationProperties(HttpConfiguration.PREFIX)
record HttpConfiguration(
        @Bindable(defaultValue = "10m") Duration deadlineMax,
        @Bindable(defaultValue = "48h") Duration aheadMax,
        @Bindable(defaultValue = "30s") Duration watchMax,
        @Bindable(defaultValue = "10000") int watchesMax,
        @Bindable(defaultValue = "1s") Duration watchInterval,
        @Bindable(defaultValue = "1s") Duration retryAfter,
        @Bindable(defaultValue = "4") int queriesMax) {

    static final String PREFIX = "assent.http";

    HttpSettings toSettings(int branchesMax) {
        return WrongSettingException.checked(
                PREFIX,
                () -> new HttpSettings(
                        branchesMax,
                        deadlineMax,
                        aheadMax,
                        watchMax,
                        watchesMax,
                        watchInterval,
                        retryAfter,
                        queriesMax));
    }
}

package io.assent.coordinator;

import io.assent.coordinator.engine.EngineSettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/** Bounds of the engine; see {@link EngineSettings}. */
@ConfigurationProperties(EngineConfiguration.PREFIX)
record EngineConfiguration(
        @Bindable(defaultValue = "20000") int undecidedMax,
        @Bindable(defaultValue = "50000") int deliveringMax,
        @Bindable(defaultValue = "128") int branchesMax,
        @Bindable(defaultValue = "10s") Duration votePatience,
        @Bindable(defaultValue = "15s") Duration decisionPatience,
        @Bindable(defaultValue = "30s") Duration appliedWaitMax) {

    static final String PREFIX = "assent.engine";

    EngineSettings toSettings() {
        return WrongSettingException.checked(
                PREFIX,
                () -> new EngineSettings(
                        undecidedMax, deliveringMax, branchesMax, votePatience, decisionPatience, appliedWaitMax));
    }
}

package io.assent.coordinator;

import io.assent.coordinator.adapter.postgres.LogSettings;
import io.assent.coordinator.adapter.postgres.RequiredDurability;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * See {@link LogSettings}.
 *
 * @param pruneInterval from the end of one pruning to the start of the next
 */
@ConfigurationProperties(LogConfiguration.PREFIX)
record LogConfiguration(
        @Bindable(defaultValue = "512") int batchMax,
        @Bindable(defaultValue = "20000") int queueMax,
        @Bindable(defaultValue = "4") int readersMax,
        @Bindable(defaultValue = "5s") Duration connectTimeout,
        @Bindable(defaultValue = "20s") Duration socketTimeout,
        @Bindable(defaultValue = "1s") Duration reconnectMax,
        @Bindable(defaultValue = "5s") Duration rewriteAfter,
        @Bindable(defaultValue = "7d") Duration retention,
        @Bindable(defaultValue = "90d") Duration auditRetention,
        @Bindable(defaultValue = "10m") Duration pruneInterval,
        @Bindable(defaultValue = "any") RequiredDurability durability) {

    static final String PREFIX = "assent.log";

    /** @param deadlineMax the longest deadline: a decision must outlive whoever may still ask for it (rule R14) */
    LogSettings toSettings(DatabaseConfiguration database, Duration deadlineMax) {
        if (retention.compareTo(deadlineMax.multipliedBy(2)) < 0) {
            throw new WrongSettingException(
                    PREFIX + ".retention",
                    retention.toString(),
                    "must be at least twice the longest deadline, which is " + deadlineMax.toMillis() + " ms");
        }
        if (pruneInterval.isNegative() || pruneInterval.isZero()) {
            throw new WrongSettingException(
                    PREFIX + ".prune-interval", pruneInterval.toString(), "must be greater than 0");
        }
        return WrongSettingException.checked(
                PREFIX,
                () -> new LogSettings(
                        database.requiredUrl(),
                        database.requiredUser(),
                        database.requiredPassword(),
                        batchMax,
                        queueMax,
                        readersMax,
                        connectTimeout,
                        socketTimeout,
                        reconnectMax,
                        rewriteAfter,
                        retention,
                        auditRetention,
                        durability));
    }
}

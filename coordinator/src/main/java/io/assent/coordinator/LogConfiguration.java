package io.assent.coordinator;

import io.assent.coordinator.adapter.postgres.LogSettings;
import io.assent.coordinator.adapter.postgres.RequiredDurability;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;

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

    /**
     * Of each log, in their order.
     *
     * @param deadlineMax the longest deadline: a decision must outlive whoever may still ask for it (rule R14)
     */
    List<LogSettings> toSettings(DatabaseConfiguration database, Duration deadlineMax) {
        if (retention.compareTo(deadlineMax.plus(deadlineMax)) < 0) {
            throw new WrongSettingException(
                    PREFIX + ".retention",
                    retention.toString(),
                    "must be at least twice the longest deadline, which is " + deadlineMax.toMillis() + " ms");
        }
        if (pruneInterval.isNegative() || pruneInterval.isZero()) {
            throw new WrongSettingException(
                    PREFIX + ".prune-interval", pruneInterval.toString(), "must be greater than 0");
        }
        List<DatabaseConfiguration.Database> databases = database.required();
        return databases.stream().map(each -> of(each, databases.size())).toList();
    }

    private LogSettings of(DatabaseConfiguration.Database database, int logs) {
        return WrongSettingException.checked(
                PREFIX,
                () -> new LogSettings(
                        database.url(),
                        database.user(),
                        database.password(),
                        batchMax,
                        // Each has its share: what waits for one that is silent must not take the room of the others.
                        queueMax <= 0 ? queueMax : Math.max(1, queueMax / logs),
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

package io.assent.micronaut;

import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import io.assent.participant.AbsencePolicy;
import io.assent.participant.SweepSettings;
import io.assent.postgres.Durability;
import io.assent.postgres.LimitScope;
import io.assent.postgres.PostgresSettings;
import io.assent.postgres.Voting;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;

/**
 * {@code assent.participant.*}: the service's database as a participant. What is not set has the defaults of
 * {@link PostgresSettings} and {@link SweepSettings}.
 *
 * @param service names the service in every prepared transaction; required
 * @param url where the coordinator reaches the instruction endpoint; required
 * @param datasource the name of the data source that takes part
 */
@ConfigurationProperties("assent.participant")
@Requires(property = "assent.participant")
public record ParticipantConfiguration(
        @Nullable String service,
        @Nullable String url,
        @Bindable(defaultValue = "default") String datasource,
        @Nullable Voting voting,
        @Nullable Duration lockTimeout,
        @Nullable Duration idleTimeout,
        @Nullable LimitScope limitScope,
        @Nullable Integer heldBranchesMax,
        @Nullable Integer connectionsPerBatchMax,
        @Nullable Durability durability,
        @Nullable Duration sweepFirstAfter,
        @Nullable Duration sweepInterval,
        @Nullable AbsencePolicy absence) {

    /** @throws ConfigurationException naming the setting, its value and what would be right */
    PostgresSettings toSettings() {
        try {
            PostgresSettings settings = PostgresSettings.of(
                    required("service", service, "bank"),
                    new ParticipantUrl(required("url", url, "http://bank.internal:8080/assent")));
            settings = voting == null ? settings : settings.withVoting(voting);
            settings = lockTimeout == null ? settings : settings.withLockTimeout(lockTimeout);
            settings = idleTimeout == null ? settings : settings.withIdleTimeout(idleTimeout);
            settings = limitScope == null ? settings : settings.withLimitScope(limitScope);
            settings = heldBranchesMax == null ? settings : settings.withHeldBranchesMax(heldBranchesMax);
            settings = connectionsPerBatchMax == null
                    ? settings
                    : settings.withConnectionsPerBatchMax(connectionsPerBatchMax);
            settings = durability == null ? settings : settings.withDurability(durability);
            return settings.withSweep(toSweep());
        } catch (MalformedException e) {
            throw new ConfigurationException(
                    "assent.participant." + ("participant".equals(e.field()) ? "url" : e.field()) + "=" + e.value()
                            + " " + e.remedy(),
                    e);
        } catch (IllegalArgumentException e) {
            throw new ConfigurationException("assent.participant: " + e.getMessage(), e);
        }
    }

    private SweepSettings toSweep() {
        SweepSettings sweep = SweepSettings.DEFAULT;
        sweep = sweepInterval == null ? sweep : sweep.withInterval(sweepInterval);
        sweep = sweepFirstAfter == null ? sweep : sweep.withFirstAfter(sweepFirstAfter);
        return absence == null ? sweep : sweep.withAbsence(absence);
    }

    private static String required(String setting, @Nullable String value, String example) {
        if (value == null || value.isBlank()) {
            throw new ConfigurationException(
                    "assent.participant." + setting + " is not set: set it, for instance to " + example);
        }
        return value;
    }
}

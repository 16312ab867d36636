package io.assent.coordinator;

import io.assent.coordinator.adapter.http.ForwardingSettings;
import io.assent.coordinator.adapter.http.HttpSettings;
import io.assent.coordinator.adapter.participant.GatewaySettings;
import io.assent.coordinator.adapter.postgres.LogSettings;
import io.assent.coordinator.adapter.postgres.MembershipSettings;
import io.assent.coordinator.engine.EngineSettings;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.assent.coordinator.recovery.RecoverySettings;
import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;
import java.util.List;

/** The settings of every part, checked: what operators gave, or the defaults of docs/OPERATIONS.md. */
@Factory
final class SettingsWiring {

    @Singleton
    AllowedOrigins allowedOrigins(ServiceConfiguration service) {
        return service.origins();
    }

    @Singleton
    EngineSettings engineSettings(EngineConfiguration configuration) {
        return configuration.toSettings();
    }

    @Singleton
    HttpSettings httpSettings(HttpConfiguration configuration, EngineSettings engine) {
        return configuration.toSettings(engine.branchesMax());
    }

    @Singleton
    Logs logs(DatabaseConfiguration database, LogConfiguration log, HttpConfiguration http) {
        return new Logs(log.toSettings(database, http.deadlineMax()));
    }

    /** Of each log, in their order. */
    record Logs(List<LogSettings> each) {}

    @Singleton
    GatewaySettings gatewaySettings(GatewayConfiguration configuration) {
        return configuration.toSettings();
    }

    @Singleton
    MembershipSettings membershipSettings(MembershipConfiguration configuration) {
        return configuration.toSettings();
    }

    @Singleton
    ForwardingSettings forwardingSettings(ForwardingConfiguration configuration) {
        return configuration.toSettings();
    }

    @Singleton
    RecoverySettings recoverySettings(RecoveryConfiguration configuration) {
        return configuration.toSettings();
    }

    /** Whatever a wrong setting would end the start for, so that it does so before a database is asked. */
    @Singleton
    record Checked(
            SettingsCheck all,
            Logs logs,
            MembershipSettings membership,
            EngineSettings engine,
            HttpSettings http,
            GatewaySettings gateway,
            ForwardingSettings forwarding,
            RecoverySettings recovery,
            AllowedOrigins allowedOrigins) {}
}

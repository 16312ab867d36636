package io.assent.micronaut;

import io.assent.Assent;
import io.assent.client.CoordinatorClient;
import io.assent.participant.InstructionHandler;
import io.assent.postgres.PostgresParticipant;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.env.Environment;
import jakarta.inject.Singleton;
import java.util.Collection;
import javax.sql.DataSource;

/** Makes the beans from configuration, at start, so that a mistake in it ends the start. */
@Factory
final class AssentFactory {

    @Context
    @Bean(preDestroy = "close")
    Assent assent(AssentConfiguration configuration, Environment environment) {
        SettingTypes.check(environment, "assent", AssentConfiguration.class);
        SettingTypes.check(environment, "assent.participant", ParticipantConfiguration.class);
        return configuration.toAssent();
    }

    @Singleton
    CoordinatorClient coordinator(Assent assent) {
        return assent.coordinator();
    }

    /** @param dataSources created before, and closed after, the participant */
    @Context
    @Bean(preDestroy = "close")
    @Requires(beans = ParticipantConfiguration.class)
    PostgresParticipant participant(ParticipatingDataSource participating, Collection<DataSource> dataSources) {
        return participating.participant();
    }

    @Singleton
    @Requires(beans = PostgresParticipant.class)
    InstructionHandler instructions(PostgresParticipant participant) {
        return participant.instructions();
    }
}

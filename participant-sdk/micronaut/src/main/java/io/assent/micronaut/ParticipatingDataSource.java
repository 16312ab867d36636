package io.assent.micronaut;

import io.assent.client.InquiryGateway;
import io.assent.postgres.PostgresParticipant;
import io.assent.postgres.PostgresSettings;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Requires;
import io.micronaut.context.event.BeanCreatedEvent;
import io.micronaut.context.event.BeanCreatedEventListener;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.order.Ordered;
import jakarta.inject.Singleton;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Puts the participant between the service and its pool as soon as the pool exists, so that everything that uses the
 * {@code DataSource} bean (repositories, Micronaut Data, migrations) gets the branch's connection inside a branch.
 */
@Singleton
@Requires(beans = ParticipantConfiguration.class)
final class ParticipatingDataSource implements BeanCreatedEventListener<DataSource>, Ordered {

    private final String name;
    private final PostgresSettings settings;
    private final BeanProvider<InquiryGateway> coordinator;
    private @Nullable PostgresParticipant participant;

    ParticipatingDataSource(ParticipantConfiguration configuration, BeanProvider<InquiryGateway> coordinator) {
        this.name = configuration.datasource();
        this.settings = configuration.toSettings();
        this.coordinator = coordinator;
    }

    @Override
    public synchronized DataSource onCreated(BeanCreatedEvent<DataSource> event) {
        if (!event.getBeanIdentifier().getName().equalsIgnoreCase(name)) {
            return event.getBean();
        }
        PostgresParticipant started = PostgresParticipant.start(event.getBean(), settings, coordinator.get());
        participant = started;
        return started.dataSource();
    }

    /** @throws ConfigurationException if the data source that is to take part does not exist */
    synchronized PostgresParticipant participant() {
        PostgresParticipant started = participant;
        if (started == null) {
            throw new ConfigurationException("assent.participant.datasource=" + name
                    + " names no data source: configure datasources." + name
                    + ".*, or name the one that is to take part");
        }
        return started;
    }

    /** First, so that those who wrap the data source too (Micronaut Data) wrap ours. */
    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}

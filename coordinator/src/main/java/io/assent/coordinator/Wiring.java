package io.assent.coordinator;

import io.assent.coordinator.adapter.http.Admission;
import io.assent.coordinator.adapter.http.BuildProperties;
import io.assent.coordinator.adapter.http.ByHand;
import io.assent.coordinator.adapter.http.HttpSettings;
import io.assent.coordinator.adapter.http.OutcomeWatch;
import io.assent.coordinator.adapter.http.Queries;
import io.assent.coordinator.adapter.http.Replica;
import io.assent.coordinator.adapter.http.StatusReader;
import io.assent.coordinator.adapter.http.TransactionLists;
import io.assent.coordinator.adapter.http.TransactionViews;
import io.assent.coordinator.adapter.http.Undecided;
import io.assent.coordinator.adapter.participant.HttpParticipantGateway;
import io.assent.coordinator.adapter.postgres.PostgresDecisionLog;
import io.assent.coordinator.adapter.postgres.Pruner;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.EngineSettings;
import io.assent.coordinator.engine.Inquiries;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.Observer;
import io.assent.coordinator.engine.port.ParticipantGateway;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.engine.port.TransactionRecords;
import io.assent.coordinator.recovery.Recovery;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.util.List;
import javax.sql.DataSource;

/** The one place where the parts are put together. The framework makes controllers; everything else is made here. */
@Factory
final class Wiring {

    @Singleton
    BuildProperties buildProperties() {
        return BuildProperties.load();
    }

    @Singleton
    @Bean(preDestroy = "close")
    SystemScheduler scheduler() {
        return new SystemScheduler();
    }

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

    /** Migrates, checks and connects; a database that can't hold the log ends the start. */
    @Singleton
    @Bean(preDestroy = "close")
    PostgresDecisionLog log(
            DatabaseConfiguration database, LogConfiguration log, HttpConfiguration http, Scheduler scheduler) {
        return PostgresDecisionLog.open(log.toSettings(database, http.deadlineMax()), scheduler);
    }

    @Singleton
    @Named("default")
    DataSource logDataSource(PostgresDecisionLog log) {
        return log.dataSource();
    }

    @Singleton
    @Bean(preDestroy = "close")
    Pruning pruning(PostgresDecisionLog log, LogConfiguration configuration, Scheduler scheduler) {
        Pruner pruner = new Pruner(log.dataSource(), configuration.retention(), configuration.auditRetention());
        return new Pruning(pruner, scheduler, configuration.pruneInterval());
    }

    @Singleton
    HttpParticipantGateway gateway(
            GatewayConfiguration configuration, AllowedOrigins allowedOrigins, Scheduler scheduler) {
        return new HttpParticipantGateway(configuration.toSettings(), allowedOrigins, scheduler);
    }

    @Singleton
    OutcomeWatch outcomeWatch(Scheduler scheduler, HttpSettings settings) {
        return new OutcomeWatch(scheduler, settings);
    }

    @Singleton
    Observer observer(MeterRegistry meters, OutcomeWatch watch) {
        return new CoordinatorObserver(meters, watch);
    }

    @Singleton
    Engine engine(
            DecisionLog log,
            ParticipantGateway gateway,
            Scheduler scheduler,
            Observer observer,
            EngineSettings settings) {
        return new Engine(log, gateway, scheduler, observer, settings);
    }

    @Singleton
    Inquiries inquiries(Engine engine, DecisionLog log) {
        return new Inquiries(engine, log);
    }

    @Singleton
    Recovery recovery(Engine engine, DecisionLog log, Scheduler scheduler, RecoveryConfiguration configuration) {
        return new Recovery(engine, log, scheduler, configuration.toSettings());
    }

    @Singleton
    Admission admission(HttpSettings settings, AllowedOrigins allowedOrigins, Scheduler scheduler) {
        return new Admission(settings, allowedOrigins, scheduler);
    }

    @Singleton
    Undecided undecided(DecisionLog log) {
        return new Undecided(log);
    }

    @Singleton
    Queries queries(TransactionRecords records, HttpSettings settings) {
        return new Queries(records, settings);
    }

    @Singleton
    TransactionViews transactionViews(ParticipantGateway gateway, Scheduler scheduler) {
        return new TransactionViews(gateway, scheduler);
    }

    @Singleton
    StatusReader statusReader(
            Engine engine,
            Queries queries,
            TransactionViews views,
            OutcomeWatch watch,
            Scheduler scheduler,
            HttpSettings settings) {
        return new StatusReader(engine, queries, views, watch, scheduler, settings);
    }

    @Singleton
    TransactionLists transactionLists(Engine engine, Queries queries, TransactionViews views) {
        return new TransactionLists(engine, queries, views);
    }

    @Singleton
    ByHand byHand(Engine engine, Queries queries, StatusReader reader) {
        return new ByHand(engine, queries, reader);
    }

    @Singleton
    Replica replica(BuildProperties build, ServiceConfiguration service, BeanProvider<EmbeddedServer> server) {
        String url = service.publicUrl().orElse("");
        return new Replica(
                build.version(), () -> url.isEmpty() ? server.get().getURL().toString() : url);
    }

    /** Made before the server listens, so that what can't work is said before anybody connects. */
    @Context
    @Bean(preDestroy = "close")
    Coordinator coordinator(SettingsCheck checked, Parts parts, ServiceConfiguration service, MeterRegistry meters) {
        CoordinatorMeters.bindEngine(meters, parts.engine(), parts.recovery(), parts.watch());
        CoordinatorMeters.bindGateway(meters, parts.gateway());
        CoordinatorMeters.bindLog(meters, parts.log(), parts.queries());
        Coordinator coordinator = new Coordinator(
                parts.engine(),
                parts.recovery(),
                parts.watch(),
                service.grace(),
                List.of(parts.pruning(), parts.gateway(), parts.queries(), parts.log()));
        coordinator.start();
        parts.pruning().start();
        return coordinator;
    }

    @Singleton
    Parts parts(
            Engine engine,
            Recovery recovery,
            OutcomeWatch watch,
            HttpParticipantGateway gateway,
            Queries queries,
            Pruning pruning,
            PostgresDecisionLog log) {
        return new Parts(engine, recovery, watch, gateway, queries, pruning, log);
    }

    /** What has a life of its own. */
    record Parts(
            Engine engine,
            Recovery recovery,
            OutcomeWatch watch,
            HttpParticipantGateway gateway,
            Queries queries,
            Pruning pruning,
            PostgresDecisionLog log) {}
}

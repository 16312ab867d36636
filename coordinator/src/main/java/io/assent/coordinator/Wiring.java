package io.assent.coordinator;

import io.assent.coordinator.adapter.http.Admission;
import io.assent.coordinator.adapter.http.BuildProperties;
import io.assent.coordinator.adapter.http.ByHand;
import io.assent.coordinator.adapter.http.Forwarding;
import io.assent.coordinator.adapter.http.ForwardingSettings;
import io.assent.coordinator.adapter.http.HttpSettings;
import io.assent.coordinator.adapter.http.OutcomeWatch;
import io.assent.coordinator.adapter.http.Queries;
import io.assent.coordinator.adapter.http.Replica;
import io.assent.coordinator.adapter.http.StatusReader;
import io.assent.coordinator.adapter.http.TransactionLists;
import io.assent.coordinator.adapter.http.TransactionViews;
import io.assent.coordinator.adapter.http.Undecided;
import io.assent.coordinator.adapter.participant.EventLoops;
import io.assent.coordinator.adapter.participant.GatewaySettings;
import io.assent.coordinator.adapter.participant.HttpParticipantGateway;
import io.assent.coordinator.adapter.postgres.LogMeans;
import io.assent.coordinator.adapter.postgres.PostgresMembership;
import io.assent.coordinator.adapter.postgres.SplitDecisionLog;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.EngineSettings;
import io.assent.coordinator.engine.Inquiries;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.assent.coordinator.engine.port.DecisionLog;
import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Observer;
import io.assent.coordinator.engine.port.ParticipantGateway;
import io.assent.coordinator.engine.port.Scheduler;
import io.assent.coordinator.engine.port.TransactionRecords;
import io.assent.coordinator.recovery.Recoveries;
import io.assent.coordinator.recovery.Recovery;
import io.assent.coordinator.recovery.RecoverySettings;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.context.BeanProvider;
import io.micronaut.context.annotation.Bean;
import io.micronaut.context.annotation.Context;
import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Requires;
import io.micronaut.http.netty.channel.EventLoopGroupConfiguration;
import io.micronaut.http.netty.channel.EventLoopGroupFactory;
import io.micronaut.http.netty.channel.EventLoopGroupRegistry;
import io.micronaut.http.netty.channel.NettyChannelType;
import io.micronaut.http.server.HttpServerConfiguration;
import io.micronaut.runtime.server.EmbeddedServer;
import jakarta.inject.Named;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
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
    SystemScheduler scheduler(InstantSource wallClock) {
        return new SystemScheduler(wallClock);
    }

    @Singleton
    @Requires(missingBeans = InstantSource.class)
    InstantSource wallClock() {
        return InstantSource.system();
    }

    /**
     * One database that can't hold the log ends the start, and so does an id that is in use. While the databases answer, what needs no
     * log is made, and what the first delivery needs is loaded.
     */
    @Singleton
    @Bean(preDestroy = "undo")
    Opening opening(
            SettingsWiring.Checked settings,
            Incarnation incarnation,
            Replica replica,
            Scheduler scheduler,
            BeanProvider<ParticipantGateway> gateway,
            BeanProvider<Observer> observer,
            BeanProvider<EventLoops> loops) {
        EventLoopTurns turns = new EventLoopTurns();
        LogMeans means = new LogMeans(incarnation.id(), scheduler, turns);
        Opening opening = Opening.begin(settings.logs().each(), settings.membership(), replica.id(), means);
        try {
            gateway.get();
            observer.get();
            turns.use(loops.get().group());
            HttpParticipantGateway.rehearse(settings.gateway(), loops.get());
            opening.await();
            return opening;
        } catch (RuntimeException e) {
            opening.undo();
            throw e;
        }
    }

    @Singleton
    @Bean(preDestroy = "close")
    SplitDecisionLog log(Opening opening) {
        return opening.log();
    }

    /** Which start of which replica this process is. */
    record Incarnation(UUID id) {}

    @Singleton
    Incarnation incarnation() {
        return new Incarnation(UUID.randomUUID());
    }

    @Singleton
    @Bean(preDestroy = "close")
    PostgresMembership membership(Opening opening) {
        return opening.membership();
    }

    @Singleton
    @Bean(preDestroy = "close")
    Forwarding forwarding(Engine engine, Membership membership, Scheduler scheduler, ForwardingSettings settings) {
        return new Forwarding(engine, membership, scheduler, settings);
    }

    @Singleton
    @Named("default")
    DataSource logDataSource() {
        return SplitDecisionLog.chosen();
    }

    @Singleton
    @Bean(preDestroy = "close")
    Pruning pruning(SplitDecisionLog log, LogConfiguration configuration, Scheduler scheduler) {
        return new Pruning(
                log.pruners(configuration.retention(), configuration.auditRetention()),
                scheduler,
                configuration.pruneInterval());
    }

    /** The server's own, so that a reply is settled, and the client answered, without one thread waking another. */
    @Singleton
    EventLoops eventLoops(EventLoopGroupRegistry loops, EventLoopGroupFactory channels) {
        Optional<EventLoopGroupConfiguration> configuration =
                loops.getEventLoopGroupConfiguration(EventLoopGroupConfiguration.DEFAULT);
        return new EventLoops(
                loops.getDefaultEventLoopGroup(),
                () -> channels.channelInstance(NettyChannelType.CLIENT_SOCKET, configuration.orElse(null)));
    }

    @Singleton
    HttpParticipantGateway gateway(
            GatewaySettings settings, AllowedOrigins allowedOrigins, Scheduler scheduler, EventLoops loops) {
        return new HttpParticipantGateway(settings, allowedOrigins, scheduler, loops);
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
    Recoveries recovery(
            Engine engine,
            SplitDecisionLog log,
            Membership membership,
            Scheduler scheduler,
            RecoverySettings settings) {
        return new Recoveries(log.logs().stream()
                .map(each -> new Recovery(engine, each, membership, scheduler, settings))
                .toList());
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
    Replica replica(
            BuildProperties build,
            ServiceConfiguration service,
            HttpServerConfiguration listening,
            Incarnation incarnation,
            BeanProvider<EmbeddedServer> server) {
        String url = service.publicUrl().orElse("");
        Optional<Integer> port = listening.getPort().filter(p -> p > 0);
        return new Replica(
                service.idOr(port, incarnation.id()),
                build.version(),
                () -> url.isEmpty() ? server.get().getURL().toString() : url);
    }

    /** Made before the server listens, so that what can't work is said before anybody connects. */
    @Context
    @Bean(preDestroy = "close")
    Coordinator coordinator(SettingsCheck checked, Parts parts, ServiceConfiguration service, MeterRegistry meters) {
        CoordinatorMeters.bindEngine(meters, parts.engine(), parts.recovery(), parts.watch());
        CoordinatorMeters.bindGateway(meters, parts.gateway());
        CoordinatorMeters.bindLogs(meters, parts.log().logs(), parts.queries());
        CoordinatorMeters.bindMembership(meters, parts.membership());
        Coordinator coordinator = new Coordinator(
                parts.engine(),
                parts.recovery(),
                parts.membership(),
                parts.watch(),
                service.grace(),
                List.of(parts.pruning(), parts.membership(), parts.gateway(), parts.queries(), parts.log()));
        coordinator.start();
        parts.pruning().start();
        return coordinator;
    }

    @Singleton
    Parts parts(
            Engine engine,
            Recoveries recovery,
            OutcomeWatch watch,
            HttpParticipantGateway gateway,
            Queries queries,
            Pruning pruning,
            PostgresMembership membership,
            SplitDecisionLog log) {
        return new Parts(engine, recovery, watch, gateway, queries, pruning, membership, log);
    }

    /** What has a life of its own. */
    record Parts(
            Engine engine,
            Recoveries recovery,
            OutcomeWatch watch,
            HttpParticipantGateway gateway,
            Queries queries,
            Pruning pruning,
            PostgresMembership membership,
            SplitDecisionLog log) {}
}

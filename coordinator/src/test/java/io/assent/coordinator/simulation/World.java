package io.assent.coordinator.simulation;

import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.participant.GatewaySettings;
import io.assent.coordinator.engine.EngineSettings;
import io.assent.coordinator.recovery.RecoverySettings;
import io.assent.participant.AbsencePolicy;
import io.assent.postgres.PostgresSettings;
import io.assent.postgres.Voting;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** Everything that there is in a run. */
final class World {

    /** @param retentionMillis how far the floor lies behind now */
    record Settings(EngineSettings engine, RecoverySettings recovery, GatewaySettings gateway, long retentionMillis) {}

    private static final long RETENTION_MILLIS = 25_000;

    final Timeline timeline = new Timeline();
    final Trace trace;
    final Witness witness;
    final Network network;
    final LogServer log;
    final Settings settings;
    final Set<Mutation> mutations;
    final List<Replica> replicas = new ArrayList<>();
    final List<Service> services = new ArrayList<>();
    final List<Client> clients = new ArrayList<>();
    private final Map<ParticipantUrl, Service> byUrl = new TreeMap<>();

    World(Plan plan, Set<Mutation> mutations, Trace.Keeping keeping) {
        Dice dice = Dice.of(plan.seed());
        this.mutations = mutations;
        this.trace = new Trace(timeline, keeping);
        this.witness = new Witness(trace);
        this.network = new Network(timeline, trace, dice.named("network"));
        this.settings = settings(plan.cast());
        this.log = new LogServer(this, dice.named("log"));
        for (int i = 0; i < plan.cast().services().size(); i++) {
            add(service(i, plan.cast(), dice.named("service " + i)));
        }
        for (int i = 0; i < plan.cast().replicas(); i++) {
            replicas.add(new Replica(this, "r" + i, dice.named("replica " + i)));
        }
        for (Plan.Item item : plan.items()) {
            if (item instanceof Plan.Transfer transfer) {
                clients.add(new Client(this, transfer, dice.named("client " + transfer.number())));
            }
        }
    }

    void start() {
        log.host.start();
        services.forEach(Service::startAll);
        replicas.forEach(r -> r.host.start());
        clients.forEach(Client::arrange);
    }

    Host host(String name, Runnable onStart, Runnable onDeath) {
        return new Host(name, timeline, trace, onStart, onDeath);
    }

    boolean mutated(Mutation mutation) {
        return mutations.contains(mutation);
    }

    Replica replica(int choice) {
        return replicas.get(Math.floorMod(choice, replicas.size()));
    }

    int numberOf(String replica) {
        return Integer.parseInt(replica.substring(1));
    }

    Service service(int choice) {
        return services.get(Math.floorMod(choice, services.size()));
    }

    Service service(ParticipantUrl url) {
        Service service = byUrl.get(url);
        if (service == null) {
            throw new IllegalStateException("no service at " + url);
        }
        return service;
    }

    private void add(Service service) {
        services.add(service);
        byUrl.put(service.url(), service);
        witness.participant(service.host().name, service.url());
    }

    private Service service(int number, Plan.Cast cast, Dice dice) {
        String name = "p" + number;
        ParticipantUrl url = new ParticipantUrl("http://127.0.0.1:" + (8100 + number) + "/assent");
        AbsencePolicy absence =
                cast.holdsAbsent() && !mutated(Mutation.RESTORE_HOLD) ? AbsencePolicy.HOLD : AbsencePolicy.ROLLBACK;
        PostgresSettings postgres = PostgresSettings.of(name, url);
        return switch (cast.services().get(number)) {
            case EARLY -> new PostgresService(this, name, postgres, absence, dice);
            case HELD -> new PostgresService(this, name, postgres.withVoting(Voting.ON_PREPARE), absence, dice);
            case PLAIN -> new PlainService(this, name, url);
        };
    }

    private static Settings settings(Plan.Cast cast) {
        EngineSettings engine = new EngineSettings(
                cast.tight() ? 3 : 1000,
                cast.tight() ? 2 : 1000,
                10,
                Duration.ofSeconds(5),
                Duration.ofSeconds(6),
                Duration.ofSeconds(10));
        GatewaySettings gateway = new GatewaySettings(
                new GatewaySettings.Bounds(cast.tight() ? 3 : 100, cast.tight() ? 2 : 100, 2, 4, 1 << 20, 5),
                new GatewaySettings.Timeouts(
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(2),
                        Duration.ofSeconds(10),
                        Duration.ZERO,
                        Duration.ofMillis(20)),
                new GatewaySettings.Pauses(Duration.ofMillis(50), Duration.ofSeconds(3)));
        RecoverySettings recovery = new RecoverySettings(
                Duration.ofSeconds(3), cast.tight() ? 2 : 100, Duration.ofSeconds(3), Duration.ofSeconds(10));
        return new Settings(engine, recovery, gateway, RETENTION_MILLIS);
    }
}

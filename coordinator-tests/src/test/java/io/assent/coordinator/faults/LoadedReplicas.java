package io.assent.coordinator.faults;

import io.assent.Assent;
import io.assent.coordinator.testing.TestPostgres;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Replicas as processes on one log, two banks, and clients that move money between them. */
final class LoadedReplicas implements AutoCloseable {

    private final List<String> always;
    private final TestPostgres.Database log;
    private final List<ReplicaProcess> replicas = new ArrayList<>();
    private final List<TestBank> banks = new ArrayList<>();
    private @Nullable Assent assent;

    LoadedReplicas() throws SQLException {
        this(StartCache.options());
    }

    /** @param always what the Java machine of each of them is told, beside what a test wants of one */
    LoadedReplicas(List<String> always) throws SQLException {
        this.always = always;
        log = TestPostgres.database();
    }

    TestPostgres.Database log() {
        return log;
    }

    ReplicaProcess get(int index) {
        return replicas.get(index);
    }

    List<ReplicaProcess> all() {
        return replicas;
    }

    /** Starts replicas of these names at once; waits until each of them serves. */
    void start(String... ids) throws Exception {
        List<ReplicaProcess> starting = new ArrayList<>();
        for (String id : ids) {
            starting.add(prepare(id, log.url(), List.of(), Map.of()));
        }
        for (ReplicaProcess replica : starting) {
            replica.launch();
        }
        for (ReplicaProcess replica : starting) {
            replica.awaitServing();
        }
    }

    /** Starts one that differs, as {@link ReplicaProcess#prepare} says; waits until it serves. */
    void start(String id, String databaseUrl, List<String> options, Map<String, String> settings) throws Exception {
        prepare(id, databaseUrl, options, settings).startAgain();
    }

    ReplicaProcess prepare(String id, String databaseUrl, List<String> options, Map<String, String> settings)
            throws Exception {
        List<String> all = new ArrayList<>(always);
        all.addAll(options);
        ReplicaProcess replica = ReplicaProcess.prepare(id, log, databaseUrl, all, settings);
        replicas.add(replica);
        return replica;
    }

    TransferLoad load() throws Exception {
        return load("localhost");
    }

    /** @param host by which the replicas know the banks */
    TransferLoad load(String host) throws Exception {
        Assent initiator = Assent.builder()
                .coordinators(replicas.stream().map(ReplicaProcess::url).toArray(String[]::new))
                .outcomePatience(Duration.ofSeconds(40))
                .deadline(Duration.ofSeconds(8))
                .build();
        assent = initiator;
        for (String name : List.of("north", "south")) {
            banks.add(new TestBank(name, TestPostgres.database(), initiator.coordinator(), host));
        }
        return new TransferLoad(initiator, banks.get(0), banks.get(1), log);
    }

    @Override
    public void close() {
        banks.forEach(TestBank::close);
        if (assent != null) {
            assent.close();
        }
        replicas.forEach(ReplicaProcess::close);
    }
}

package io.assent.coordinator.faults;

import io.assent.api.Gtrid;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Three replicas, of which one dies, or seems to, while money moves. */
@SuppressWarnings("NullAway.Init") // set up before each test
class ReplicaDeathTest {

    private LoadedReplicas replicas;
    private TransferLoad load;

    @BeforeEach
    void start() throws Exception {
        replicas = new LoadedReplicas();
        replicas.start("a", "b", "c");
        load = replicas.load();
    }

    @AfterEach
    void stop() {
        replicas.close();
    }

    @Test
    void aReplicaThatSleepsThroughItsReplacementContradictsNobodyWhenItWakes() throws Exception {
        ReplicaProcess zombie = replicas.get(0);
        Map<Gtrid, String> told = load.during(outcomes -> {
            zombie.pause();
            TransferLoad.await(
                    "the others own everything", () -> replicas.get(1).members().equals(List.of("b", "c")));
            TransferLoad.awaitMore(outcomes, 200);
            zombie.resume();
            TransferLoad.await("it is back", () -> replicas.get(1).members().equals(List.of("a", "b", "c")));
            TransferLoad.awaitMore(outcomes, 100);
        });

        load.assertAllIsWell(told);
    }

    @Test
    void aReplicaThatIsKilledIsReplacedAndNothingIsLost() throws Exception {
        Map<Gtrid, String> told = load.during(outcomes -> {
            replicas.get(0).kill();
            TransferLoad.awaitMore(outcomes, 100);
            TransferLoad.await(
                    "the others own everything", () -> replicas.get(2).members().equals(List.of("b", "c")));
            replicas.get(0).startAgain();
            replicas.get(1).kill();
            TransferLoad.awaitMore(outcomes, 100);
        });

        load.assertAllIsWell(told);
    }
}

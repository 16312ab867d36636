package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What an operator does to every replica, one after the other, while money moves. */
class RollingRestartTest {

    @Test
    void aRollingRestartFailsAndAbortsNothing() throws Exception {
        try (LoadedReplicas replicas = new LoadedReplicas()) {
            replicas.start("a", "b", "c");
            TransferLoad load = replicas.load();
            Map<Gtrid, String> told = load.during(outcomes -> {
                for (ReplicaProcess replica : replicas.all()) {
                    TransferLoad.awaitMore(outcomes, 30);
                    replica.terminate();
                    TransferLoad.awaitMore(outcomes, 30);
                    replica.startAgain();
                }
                TransferLoad.awaitMore(outcomes, 30);
            });

            load.assertAllIsWell(told);
            assertThat(told.values()).containsOnly("COMMIT");
        }
    }
}

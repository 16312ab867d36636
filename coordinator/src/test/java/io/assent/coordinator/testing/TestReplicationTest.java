package io.assent.coordinator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TestReplicationTest {

    @Test
    void theStandbyHasWhatThePrimaryConfirmedAndTakesOver() throws Exception {
        try (TestReplication pair = TestReplication.start()) {
            pair.waitForStandby();
            pair.primary().execute("CREATE TABLE confirmed AS SELECT 17 AS id");
            pair.killPrimary();
            pair.promoteStandby();
            pair.stopWaitingOnPromoted();

            assertThat(pair.either().number("SELECT id FROM confirmed")).isEqualTo(17);
            pair.either().execute("INSERT INTO confirmed VALUES (18)");
        }
    }
}

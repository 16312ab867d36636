package io.assent.coordinator.engine.port;

import io.assent.api.BranchId;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import java.time.Duration;

/** Told of what the engine does, for metrics and logs. Called from any thread; must not block or throw. */
public interface Observer {

    /** @param sinceFirstSeen since this replica first heard of the transaction */
    void decided(DecisionRow row, Duration sinceFirstSeen);

    /** @param sinceFirstSeen since this replica first heard of the transaction */
    void finished(DecisionRow row, Duration sinceFirstSeen);

    void heuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic);

    /** A request was not taken because of a limit. */
    void overloaded();
}

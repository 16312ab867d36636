package io.assent.coordinator;

import io.assent.api.AbortReason;
import io.assent.api.BranchId;
import io.assent.coordinator.adapter.http.OutcomeWatch;
import io.assent.coordinator.engine.port.Observer;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.DecisionRow;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts every transaction, says a line about every surprise, and wakes who waits for an outcome. */
final class CoordinatorObserver implements Observer {

    private static final Logger LOG = LoggerFactory.getLogger(CoordinatorObserver.class);
    private static final Duration FASTEST = Duration.ofMillis(1);
    private static final Duration SLOWEST = Duration.ofSeconds(60);
    private static final long OVERLOADED_LINE_EVERY_NANOS =
            Duration.ofSeconds(5).toNanos();

    private final MeterRegistry meters;
    private final OutcomeWatch watch;
    private final AtomicLong overloadedLineAt = new AtomicLong(System.nanoTime() - OVERLOADED_LINE_EVERY_NANOS);

    CoordinatorObserver(MeterRegistry meters, OutcomeWatch watch) {
        this.meters = meters;
        this.watch = watch;
    }

    @Override
    public void decided(DecisionRow row, Duration sinceFirstSeen) {
        String reason = row.abortReason().map(r -> r.code().name()).orElse("NONE");
        meters.counter("assent.transactions.decided", "decision", row.decision().name(), "reason", reason)
                .increment();
        latency("assent.decision.latency", row).record(sinceFirstSeen);
        row.abortReason().ifPresent(r -> tell(row, r));
        watch.heard(row.gtrid());
    }

    @Override
    public void finished(DecisionRow row, Duration sinceFirstSeen) {
        meters.counter(
                        "assent.transactions.finished",
                        "decision",
                        row.decision().name())
                .increment();
        latency("assent.finish.latency", row).record(sinceFirstSeen);
        watch.heard(row.gtrid());
    }

    @Override
    public void heuristic(DecisionRow row, BranchId branch, Acknowledgement.Heuristic heuristic) {
        meters.counter("assent.heuristics", "kind", heuristic.kind().name()).increment();
        LOG.error(
                "a branch ended against the decision, a person must look gtrid={} decision={} bqual={} participant={}"
                        + " kind={} detail=\"{}\"",
                row.gtrid(),
                row.decision(),
                branch.bqual(),
                branch.participant(),
                heuristic.kind(),
                heuristic.detail());
    }

    @Override
    public void overloaded() {
        meters.counter("assent.overloaded").increment();
        long now = System.nanoTime();
        long last = overloadedLineAt.get();
        if (now - last >= OVERLOADED_LINE_EVERY_NANOS && overloadedLineAt.compareAndSet(last, now)) {
            LOG.warn("requests are refused, as many transactions are in flight as assent.engine.undecided-max allows");
        }
    }

    private static void tell(DecisionRow row, AbortReason reason) {
        switch (reason.code()) {
            case VOTED_NO, ROLLBACK_REQUESTED -> {} // expected results
            case NO_VOTE, DEADLINE_PASSED, INQUIRED_AFTER_DEADLINE, COORDINATOR_RESTARTED ->
                LOG.warn(
                        "aborted gtrid={} reason={} detail=\"{}\" branches={}",
                        row.gtrid(),
                        reason.code(),
                        reason.detail(),
                        row.branches().size());
        }
    }

    private Timer latency(String name, DecisionRow row) {
        return Timer.builder(name)
                .tag("decision", row.decision().name())
                .publishPercentileHistogram()
                .minimumExpectedValue(FASTEST)
                .maximumExpectedValue(SLOWEST)
                .register(meters);
    }
}

package io.assent.samples.demo;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** The line that changes while the transfers run. */
final class Progress {

    private static final Duration ON_A_TERMINAL = Duration.ofMillis(200);
    private static final Duration ELSEWHERE = Duration.ofSeconds(2);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final Screen screen;
    private final Cluster cluster;
    private final Workload workload;
    private final InDoubt inDoubt;

    Progress(Screen screen, Cluster cluster, Workload workload, InDoubt inDoubt) {
        this.screen = screen;
        this.cluster = cluster;
        this.workload = workload;
        this.inDoubt = inDoubt;
    }

    void showUntil(BooleanSupplier over) {
        Duration interval = screen.terminal().isInPlace() ? ON_A_TERMINAL : ELSEWHERE;
        long shownAt = System.nanoTime();
        int shown = 0;
        while (!over.getAsBoolean()) {
            Pause.of(LOOK_AGAIN);
            long since = System.nanoTime() - shownAt;
            if (since >= interval.toNanos()) {
                int done = workload.done();
                long perSecond = Math.round((done - shown) * 1e9 / since);
                screen.progress(workload, perSecond, inDoubt.branches(), cluster.services());
                shown = done;
                shownAt = System.nanoTime();
            }
        }
        screen.endProgress();
    }
}

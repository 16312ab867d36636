package io.assent.coordinator.adapter.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Gtrid;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class BatchTrackerTest {

    private final BatchTracker tracker = new BatchTracker(3);
    private final UUID batch = Gtrid.mint().value();
    private final Gtrid one = Gtrid.mint();
    private final Gtrid two = Gtrid.mint();

    @Test
    void aBatchIsDoneWhenAllOfItHasFinishedAndNotBefore() {
        tracker.wrote(batch, List.of(one, two), List.of(), 0);
        tracker.finished(batch, one);
        assertThat(tracker.done(10)).isEmpty();
        assertThat(tracker.found(batch, List.of(one, two), Set.of(one, two), 1)).containsExactly(two);
        tracker.finished(batch, two);
        assertThat(tracker.done(10)).containsExactly(batch);
        tracker.deleted(List.of(batch));
        assertThat(tracker.done(10)).isEmpty();
    }

    @Test
    void aRewriteThatFailedIsGivenOutAgain() {
        tracker.wrote(batch, List.of(one, two), List.of(), 0);
        tracker.finished(batch, one);
        assertThat(tracker.rewrites(5, 5, 10)).isEmpty();
        List<BatchTracker.Rewrite> first = tracker.rewrites(5, 6, 10);
        assertThat(first).containsExactly(new BatchTracker.Rewrite(batch, List.of(one)));
        assertThat(tracker.rewrites(5, 7, 10)).isEqualTo(first);
        tracker.rewritten(first, 7);
        assertThat(tracker.rewrites(5, 100, 10)).isEmpty();
    }

    @Test
    void rewritesOfOneTurnAreBounded() {
        for (int i = 0; i < 3; i++) {
            UUID id = Gtrid.mint().value();
            tracker.wrote(id, List.of(one, two), List.of(), 0);
            tracker.finished(id, one);
        }
        assertThat(tracker.rewrites(5, 6, 2)).hasSize(2);
    }

    @Test
    void batchesThatAnotherReplicaHasDeletedAreForgotten() {
        tracker.wrote(batch, List.of(one), List.of(), 0);
        UUID later = Gtrid.mint(System.currentTimeMillis() + 60_000, 1, 1).value();
        tracker.wrote(later, List.of(two), List.of(), 0);

        tracker.forgetAbsent(null, batch, Set.of(batch), 5);
        assertThat(tracker.tracked()).as("seen, or behind the page").isEqualTo(2);
        tracker.forgetAbsent(batch, null, Set.of(), 0);
        assertThat(tracker.tracked()).as("tracked since the reading began").isEqualTo(2);
        tracker.forgetAbsent(batch, null, Set.of(), 5);
        assertThat(tracker.found(batch, List.of(one), Set.of(one), 6)).containsExactly(one);
        assertThat(tracker.tracked()).as("without the one whose row is gone").isEqualTo(1);
    }

    @Test
    void whatItsRowNamesNoLongerAnotherReplicaHasFinished() {
        tracker.wrote(batch, List.of(one, two), List.of(), 0);
        assertThat(tracker.found(batch, List.of(), Set.of(two), 0))
                .as("read before it was tracked: says nothing")
                .isEmpty();
        assertThat(tracker.found(batch, List.of(one, two), Set.of(one, two), 1)).containsExactly(one, two);
        assertThat(tracker.found(batch, List.of(), Set.of(two), 1)).isEmpty();
        assertThat(tracker.done(10)).isEmpty();
        tracker.finished(batch, two);
        assertThat(tracker.done(10)).containsExactly(batch);
    }

    @Test
    void aBatchOfWhichNothingIsWantedHereIsNotTracked() {
        assertThat(tracker.found(batch, List.of(), Set.of(one, two), 1)).isEmpty();
        assertThat(tracker.tracked()).isZero();
    }

    @Test
    void aRowThatNamesNothingMoreCanGo() {
        assertThat(tracker.found(batch, List.of(), Set.of(), 1)).isEmpty();
        assertThat(tracker.done(10)).containsExactly(batch);
    }

    @Test
    void overItsBoundItTracksNoMoreAndStillSaysThatAllIsUnfinished() {
        for (int i = 0; i < 3; i++) {
            tracker.wrote(Gtrid.mint().value(), List.of(one), List.of(), 0);
        }
        assertThat(tracker.found(batch, List.of(one, two), Set.of(one, two), 1)).containsExactly(one, two);
        tracker.finished(batch, one);
        assertThat(tracker.found(batch, List.of(one, two), Set.of(one, two), 1)).containsExactly(one, two);
        assertThat(tracker.done(10)).isEmpty();
        assertThat(tracker.tracked()).isEqualTo(3);
    }
}

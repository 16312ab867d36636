package io.assent.samples.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.CrashPoints;
import io.assent.api.Gtrid;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.ServiceLoader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class HoldsTest {

    private static final String POINT = "coordinator.decision.before";
    private static final Gtrid FIRST = Gtrid.parse("01936b2e-7c1e-7a50-8b1c-6a9d2f3e4c5d");
    private static final Gtrid SECOND = Gtrid.parse("01936b2e-7c1e-7a50-8b1c-6a9d2f3e4c5e");

    private static final int RACES = 2000;

    @TempDir
    Path directory;

    @Test
    void holdsTheFirstThatReachesAnArmedPointUntilItIsLetGo() throws InterruptedException {
        Holds holds = new Holds(directory);
        holds.arm(POINT);
        Thread thread = Thread.ofVirtual().start(() -> new Holds(directory).holdIfArmed(POINT, FIRST));
        awaitHeld(holds);
        assertThat(holds.heldAt(POINT)).contains(FIRST);
        assertThat(thread.join(Duration.ofMillis(50))).isFalse();

        holds.holdIfArmed(POINT, SECOND);
        assertThat(holds.heldAt(POINT)).contains(FIRST);

        holds.release(POINT);
        thread.join();
        assertThat(holds.heldAt(POINT)).isEmpty();
    }

    @Test
    void holdsTheFirstTransactionWhenItComesBySecond() throws InterruptedException {
        Holds holds = new Holds(directory);
        holds.armSecond(POINT);
        holds.holdIfArmed(POINT, FIRST);
        holds.holdIfArmed(POINT, SECOND);
        holds.holdIfArmed(POINT, SECOND);
        assertThat(holds.heldAt(POINT)).isEmpty();
        Thread thread = Thread.ofVirtual().start(() -> new Holds(directory).holdIfArmed(POINT, FIRST));
        awaitHeld(holds);
        assertThat(holds.heldAt(POINT)).contains(FIRST);

        holds.release(POINT);
        thread.join();
        holds.holdIfArmed(POINT, FIRST);
        assertThat(holds.heldAt(POINT)).isEmpty();
    }

    @Test
    void holdsWhoeverReachesAPointThatIsArmedForAll() throws InterruptedException {
        Holds holds = new Holds(directory);
        holds.armForAll(POINT);
        Thread first = Thread.ofVirtual().start(() -> new Holds(directory).holdIfArmed(POINT, FIRST));
        Thread second = Thread.ofVirtual().start(() -> new Holds(directory).holdIfArmed(POINT, SECOND));
        assertThat(first.join(Duration.ofMillis(50))).isFalse();
        assertThat(second.join(Duration.ofMillis(50))).isFalse();

        holds.release(POINT);
        first.join();
        second.join();
        holds.holdIfArmed(POINT, FIRST);
    }

    @Test
    void leavesNobodyBehindWhoIsHeldWhileThePointIsReleased() throws InterruptedException {
        Holds holds = new Holds(directory);
        for (int i = 0; i < RACES; i++) {
            holds.arm(POINT);
            Thread thread = Thread.ofPlatform().start(() -> holds.holdIfArmed(POINT, FIRST));
            holds.release(POINT);
            thread.join();
            assertThat(holds.heldAt(POINT)).isEmpty();
        }
    }

    @Test
    void forgetsWhoCameByOnceWhenThePointIsReleased() {
        Holds holds = new Holds(directory);
        holds.armSecond(POINT);
        holds.holdIfArmed(POINT, FIRST);
        holds.release(POINT);
        holds.holdIfArmed(POINT, FIRST);
        assertThat(holds.heldAt(POINT)).isEmpty();
    }

    @Test
    void holdsNobodyAtAPointThatIsNotArmed() {
        Holds holds = new Holds(directory.resolve("missing"));
        holds.holdIfArmed(POINT, FIRST);
        holds.arm("coordinator.decision.after");
        holds.holdIfArmed(POINT, FIRST);
        assertThat(holds.heldAt(POINT)).isEqualTo(Optional.empty());
    }

    @Test
    void notesEveryPointThatIsReachedOnce() {
        Holds holds = new Holds(directory);
        assertThat(holds.reached()).isEmpty();
        holds.note(POINT);
        holds.note(POINT);
        assertThat(holds.reached()).containsExactly(POINT);
    }

    @Test
    void isFoundByTheServiceLoader() {
        assertThat(ServiceLoader.load(CrashPoints.class).findFirst()).get().isInstanceOf(HoldingCrashPoints.class);
    }

    private static void awaitHeld(Holds holds) {
        while (holds.heldAt(POINT).isEmpty()) {
            Thread.onSpinWait();
        }
    }
}

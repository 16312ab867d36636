package io.assent.coordinator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class UncaughtErrorsTest {

    private final List<Integer> halted = Collections.synchronizedList(new ArrayList<>());

    @Test
    void aThreadThatDiesOfAnErrorEndsTheProcess() throws InterruptedException {
        die(() -> {
            throw new OutOfMemoryError("as a test wants it");
        });
        assertThat(halted).containsExactly(UncaughtErrors.STATUS);
    }

    @Test
    void aThreadThatDiesOfAnExceptionDoesNot() throws InterruptedException {
        die(() -> {
            throw new IllegalStateException("as a test wants it");
        });
        assertThat(halted).isEmpty();
    }

    private void die(Runnable death) throws InterruptedException {
        Thread thread = new Thread(death, "dying");
        thread.setUncaughtExceptionHandler(new UncaughtErrors(halted::add));
        thread.start();
        thread.join();
    }
}

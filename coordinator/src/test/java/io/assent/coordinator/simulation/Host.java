package io.assent.coordinator.simulation;

import io.assent.coordinator.engine.port.Scheduler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** A process: it can die, be started again, and stand still without noticing. Its timers die and stand still with it. */
final class Host implements Scheduler {

    /** Wall-clock time at the beginning, so that ids have a past. */
    static final long EPOCH_MILLIS = 1_700_000_000_000L;

    /** Thrown where a process dies in the middle of something. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1L;

        Died() {
            super("the process died", null, false, false);
        }
    }

    private enum State {
        UP,
        PAUSED,
        DOWN
    }

    final String name;
    private final Timeline timeline;
    private final Trace trace;
    private final Runnable onStart;
    private final Runnable onDeath;
    private final Deque<Runnable> arrived = new ArrayDeque<>();
    private State state = State.DOWN;
    private int life;
    private int stepsLeft;
    /** How long it stays down when it dies by itself. */
    private long downMillis = 1_000;

    Host(String name, Timeline timeline, Trace trace, Runnable onStart, Runnable onDeath) {
        this.name = name;
        this.timeline = timeline;
        this.trace = trace;
        this.onStart = onStart;
        this.onDeath = onDeath;
    }

    boolean isUp() {
        return state != State.DOWN;
    }

    boolean isRunning() {
        return state == State.UP;
    }

    void start() {
        if (state == State.DOWN) {
            state = State.UP;
            life++;
            trace.note(name, "", "starts");
            enter(onStart);
        }
    }

    void die() {
        if (state != State.DOWN) {
            trace.note(name, "", "dies");
            state = State.DOWN;
            life++;
            arrived.clear();
            onDeath.run();
        }
    }

    void dieFor(long millis) {
        if (state != State.DOWN) {
            die();
            timeline.after(millis * Timeline.MILLI, this::start);
        }
    }

    void downWhenDying(long millis) {
        downMillis = millis;
    }

    /** Dies at the n-th step from now: before or after something that it sends. */
    void dieAtStep(int steps, long millis) {
        stepsLeft = steps;
        downMillis = millis;
    }

    /** Whoever dies in the middle of something sends nothing more of it. */
    void step() {
        if (stepsLeft > 0 && --stepsLeft == 0) {
            dieFor(downMillis);
        }
    }

    void pause() {
        if (state == State.UP) {
            trace.note(name, "", "stands still");
            state = State.PAUSED;
        }
    }

    void resume() {
        if (state == State.PAUSED) {
            trace.note(name, "", "goes on");
            state = State.UP;
            int resumed = life;
            while (state == State.UP && life == resumed && !arrived.isEmpty()) {
                enter(arrived.removeFirst());
            }
        }
    }

    /** Something reaches the process, whichever life it is in. */
    void receive(Runnable action) {
        switch (state) {
            case UP -> enter(action);
            case PAUSED -> arrived.addLast(action);
            case DOWN -> {}
        }
    }

    /** The action for this life only. */
    Runnable inThisLife(Runnable action) {
        int born = life;
        return () -> {
            if (life == born) {
                receive(action);
            }
        };
    }

    void soon(Runnable action) {
        timeline.after(0, inThisLife(action));
    }

    @Override
    public Cancellable after(Duration delay, Runnable action) {
        boolean[] cancelled = new boolean[1];
        Cancellable timer = timeline.after(delay.toNanos(), inThisLife(() -> {
            if (!cancelled[0]) {
                action.run();
            }
        }));
        return () -> {
            cancelled[0] = true;
            timer.cancel();
        };
    }

    @Override
    public long nanoTime() {
        return timeline.nowNanos();
    }

    @Override
    public long wallMillis() {
        return EPOCH_MILLIS + timeline.nowMillis();
    }

    private void enter(Runnable action) {
        try {
            action.run();
        } catch (Died _) {
            dieFor(downMillis);
        }
    }
}

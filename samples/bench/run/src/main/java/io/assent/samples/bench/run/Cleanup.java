package io.assent.samples.bench.run;

import io.assent.samples.demo.WorkFolder;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends what was started and removes what nobody needs, when the program ends: by itself, by a failure, or by Ctrl-C at any
 * moment, be it while servers start. Thread-safe.
 */
final class Cleanup implements Runnable {

    private enum State {
        AT_WORK,
        ENDED,
        INTERRUPTED
    }

    private final WorkFolder folder;
    private final Set<Server> servers = ConcurrentHashMap.newKeySet();
    private final Set<Deployment> deployments = ConcurrentHashMap.newKeySet();
    private final AtomicReference<State> state = new AtomicReference<>(State.AT_WORK);

    private Cleanup(WorkFolder folder) {
        this.folder = folder;
    }

    /** To be made before anything is started in the folder. */
    static Cleanup atExit(WorkFolder folder) {
        Cleanup cleanup = new Cleanup(folder);
        Runtime.getRuntime().addShutdownHook(new Thread(cleanup, "stop everything"));
        return cleanup;
    }

    void isUp(Server server) {
        servers.add(server);
        if (isInterrupted()) {
            server.close(); // those that were up then have been closed by now
        }
    }

    void isUp(Deployment deployment) {
        deployments.add(deployment);
    }

    void isDown(Deployment deployment) {
        deployments.remove(deployment);
    }

    /** The program comes to its end by itself. */
    void ended() {
        state.compareAndSet(State.AT_WORK, State.ENDED);
    }

    /** Whether it is stopped from outside, so that whatever fails now fails for that. */
    boolean isInterrupted() {
        return state.get() == State.INTERRUPTED;
    }

    @Override
    public void run() {
        if (state.compareAndSet(State.AT_WORK, State.INTERRUPTED)) {
            System.err.println("bench: interrupted; stopping what was started …");
            // Nothing failed, so there is nothing to look at.
            folder.allWentWell();
        }
        // Not their databases: they go with the folder, or are kept with it.
        deployments.forEach(deployment -> whateverHappens(deployment::stopProcesses));
        servers.forEach(server -> whateverHappens(server::close));
        whateverHappens(new Leftovers(folder.path().resolve(Destinations.DATABASES))::end);
        folder.removeIfDisposable();
    }

    private static void whateverHappens(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException e) {
            System.err.println("bench: could not stop everything in good order: " + e.getMessage());
        }
    }
}

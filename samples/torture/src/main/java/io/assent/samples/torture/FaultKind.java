package io.assent.samples.torture;

/** What can happen to a party. */
enum FaultKind {
    KILL("process killed (SIGKILL)"),
    PAUSE("process paused (SIGSTOP)"),
    RESTART("process restarted (SIGTERM)"),
    ISOLATE("party cut off from all others"),
    CUT("link cut"),
    CUT_ONE_WAY("link cut one way"),
    SLOW("party's network slowed down"),
    RESET("party's connections broken"),
    POSTGRES_FAST("PostgreSQL stopped, fast"),
    POSTGRES_IMMEDIATE("PostgreSQL stopped, immediate"),
    POSTGRES_KILL("PostgreSQL killed (SIGKILL)"),
    CLOCK("coordinator's clock moved");

    private final String label;

    FaultKind(String label) {
        this.label = label;
    }

    String label() {
        return label;
    }
}

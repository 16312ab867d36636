package io.assent.postgres;

/** What the start check demands of the server, because a vote must survive a crash (rule R7). */
public enum Durability {
    /** {@code fsync} must be on. The default. */
    REQUIRED,
    /** Not checked. For throw-away databases in tests, whose images often turn {@code fsync} off. */
    UNSAFE_FOR_TESTS
}

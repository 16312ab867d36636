package io.assent.postgres;

/** For how long the limits of a branch, lock timeout and idle timeout, are set on its connection. */
public enum LimitScope {
    /**
     * For the session: set once per connection of the pool, so that a branch needs no round trip for it. Everything else
     * that uses the pool then finds these limits on some of its connections; give it a pool of its own if it must not.
     */
    SESSION,
    /** For the branch's transaction: the pool gets every connection back as it was, at a round trip more per branch. */
    TRANSACTION
}

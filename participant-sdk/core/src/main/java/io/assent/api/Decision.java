package io.assent.api;

/** What a decision log row says, once and for ever. */
public enum Decision {
    COMMIT,
    ABORT
}

package io.assent.coordinator;

/** The decision log and what belongs to it. */
interface LogParts extends AutoCloseable {
    @Override
    void close();
}

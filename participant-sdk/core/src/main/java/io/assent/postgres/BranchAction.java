package io.assent.postgres;

import java.sql.Connection;

/** Work without a result on a branch's connection; see {@link PostgresParticipant#run}. */
@FunctionalInterface
public interface BranchAction<X extends Exception> {
    void on(Connection connection) throws X;
}

package io.assent.postgres;

import java.sql.Connection;
import org.jspecify.annotations.Nullable;

/** Work with a result on a branch's connection; see {@link PostgresParticipant#call}. */
@FunctionalInterface
public interface BranchWork<T extends @Nullable Object, X extends Exception> {
    T on(Connection connection) throws X;
}

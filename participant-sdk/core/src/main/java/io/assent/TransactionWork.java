package io.assent;

import org.jspecify.annotations.Nullable;

/**
 * Work that happens in a transaction and has a result.
 *
 * @param <T> the result
 * @param <E> the checked exception that the work may throw
 */
@FunctionalInterface
public interface TransactionWork<T extends @Nullable Object, E extends Exception> {

    T doIn(Transaction transaction) throws E;
}

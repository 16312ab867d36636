package io.assent;

/**
 * Work that happens in a transaction and has no result.
 *
 * @param <E> the checked exception that the work may throw
 */
@FunctionalInterface
public interface TransactionTask<E extends Exception> {

    void doIn(Transaction transaction) throws E;
}

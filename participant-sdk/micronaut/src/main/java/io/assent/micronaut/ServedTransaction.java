package io.assent.micronaut;

import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.micronaut.core.propagation.ThreadPropagatedContextElement;

/**
 * The transaction that a request came in. Travels in Micronaut's propagated context, and so binds the scope to whatever
 * thread the controller runs on: event loop, worker or virtual. From the reply on it binds nothing, for a branch that
 * joined then would be one that nobody knows.
 */
final class ServedTransaction implements ThreadPropagatedContextElement<TransactionScope.Binding> {

    private static final TransactionScope.Binding UNBOUND = () -> {};

    private final TransactionScope scope;
    private volatile boolean replied;

    ServedTransaction(TransactionScope scope) {
        this.scope = scope;
    }

    TransactionScope scope() {
        return scope;
    }

    void replied() {
        replied = true;
    }

    boolean hasPrepared() {
        return scope.joined().branches().stream().anyMatch(branch -> branch.vote() instanceof Vote.Prepared);
    }

    @Override
    public TransactionScope.Binding updateThreadContext() {
        return replied ? UNBOUND : scope.bind();
    }

    @Override
    public void restoreThreadContext(TransactionScope.Binding binding) {
        binding.close();
    }
}

package io.assent.micronaut;

import io.assent.api.Vote;
import io.assent.context.TransactionScope;
import io.micronaut.core.propagation.ThreadPropagatedContextElement;

/**
 * A transaction in Micronaut's propagated context. So its scope is bound to whatever thread the code of the request runs
 * on: event loop, worker or virtual. Once it is over it binds nothing, for a branch that joined then would be one that
 * nobody knows.
 */
final class BoundTransaction implements ThreadPropagatedContextElement<TransactionScope.Binding> {

    private static final TransactionScope.Binding UNBOUND = () -> {};

    private final TransactionScope scope;
    private volatile boolean over;

    BoundTransaction(TransactionScope scope) {
        this.scope = scope;
    }

    TransactionScope scope() {
        return scope;
    }

    void end() {
        over = true;
    }

    boolean hasPrepared() {
        return scope.joined().branches().stream().anyMatch(branch -> branch.vote() instanceof Vote.Prepared);
    }

    @Override
    public TransactionScope.Binding updateThreadContext() {
        return over ? UNBOUND : scope.bind();
    }

    @Override
    public void restoreThreadContext(TransactionScope.Binding binding) {
        binding.close();
    }
}

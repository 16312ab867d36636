package io.assent.samples.bench.jta;

import javax.transaction.xa.XAResource;
import javax.transaction.xa.Xid;

/** A branch that does nothing, in a resource manager of its own. */
final class EmptyXaResource implements XAResource {

    private static final int TIMEOUT_SECONDS = 60;

    private final int endpoint;

    EmptyXaResource(int endpoint) {
        this.endpoint = endpoint;
    }

    @Override
    public int prepare(Xid xid) {
        return XA_OK;
    }

    @Override
    public boolean isSameRM(XAResource other) {
        return other instanceof EmptyXaResource empty && empty.endpoint == endpoint;
    }

    @Override
    public void start(Xid xid, int flags) {}

    @Override
    public void end(Xid xid, int flags) {}

    @Override
    public void commit(Xid xid, boolean onePhase) {}

    @Override
    public void rollback(Xid xid) {}

    @Override
    public void forget(Xid xid) {}

    @Override
    public Xid[] recover(int flag) {
        return new Xid[0];
    }

    @Override
    public int getTransactionTimeout() {
        return TIMEOUT_SECONDS;
    }

    @Override
    public boolean setTransactionTimeout(int seconds) {
        return false;
    }
}

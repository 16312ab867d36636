package io.assent.samples.demo;

import io.assent.api.Gtrid;
import io.assent.client.ReplicaOrder;
import java.net.URI;
import java.util.List;

/** Which replica gave the last answer to the calling thread. Thread-safe. */
final class LastAnswer {

    private static final URI NOBODY = URI.create("");

    private final ThreadLocal<URI> replica = ThreadLocal.withInitial(() -> NOBODY);

    URI replica() {
        return replica.get();
    }

    /**
     * The same order of replicas, which tells of answers. Ids are minted as they come, so that each replica owns some at
     * any time, as with many clients.
     */
    ReplicaOrder listeningTo(ReplicaOrder order) {
        return new Listening(order);
    }

    private final class Listening implements ReplicaOrder {

        private final ReplicaOrder order;

        Listening(ReplicaOrder order) {
            this.order = order;
        }

        @Override
        public List<URI> forTransaction(Gtrid gtrid) {
            return order.forTransaction(gtrid);
        }

        @Override
        public List<URI> forAny() {
            return order.forAny();
        }

        @Override
        public void answered(URI answering) {
            replica.set(answering);
            order.answered(answering);
        }

        @Override
        public void failed(URI failing) {
            order.failed(failing);
        }

        @Override
        public void ring(String version) {
            order.ring(version);
        }
    }
}

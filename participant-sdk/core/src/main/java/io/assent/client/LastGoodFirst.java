package io.assent.client;

import io.assent.api.Gtrid;
import java.net.URI;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Asks the replica that answered last, then the others in the order in which they were given. */
public final class LastGoodFirst implements ReplicaOrder {

    private final List<URI> replicas;
    private volatile int lastGood;

    public LastGoodFirst(List<URI> replicas) {
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("replicas: name at least one coordinator URL");
        }
        this.replicas = List.copyOf(replicas);
    }

    @Override
    public List<URI> forTransaction(Gtrid gtrid) {
        return forAny();
    }

    @Override
    public List<URI> forAny() {
        List<URI> rotated = new ArrayList<>(replicas);
        Collections.rotate(rotated, -lastGood);
        return rotated;
    }

    @Override
    public void answered(URI replica) {
        int index = replicas.indexOf(replica);
        if (index >= 0) {
            lastGood = index;
        }
    }
}

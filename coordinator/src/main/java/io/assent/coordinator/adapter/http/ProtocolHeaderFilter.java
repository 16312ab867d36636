package io.assent.coordinator.adapter.http;

import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Every reply says which version of the protocol it speaks, and which ring this replica knows. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
class ProtocolHeaderFilter {

    static final String HEADER = "Assent-Protocol";
    static final String VERSION = "1";

    /** Clients that keep another ring fetch it again. */
    static final String RING = "Assent-Ring";

    private final Membership membership;

    ProtocolHeaderFilter(Membership membership) {
        this.membership = membership;
    }

    @ResponseFilter
    void add(MutableHttpResponse<?> response) {
        response.getHeaders().set(HEADER, VERSION);
        Replicas replicas = membership.replicas();
        if (replicas.ring().isPresent()) {
            response.getHeaders().set(RING, replicas.version());
        }
    }
}

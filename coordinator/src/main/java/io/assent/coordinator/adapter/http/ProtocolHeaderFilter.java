package io.assent.coordinator.adapter.http;

import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;
import io.micronaut.web.router.RouteAttributes;
import io.micronaut.web.router.RouteInfo;

/** Every reply says which version of the protocol it speaks, which ring this replica knows, and what its body is. */
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
    void add(HttpRequest<?> request, MutableHttpResponse<?> response) {
        if (response.getContentType().isEmpty() && response.getBody().isPresent()) {
            // Else the framework would take what the request accepts, with all of its parameters.
            RouteAttributes.getRouteInfo(request)
                    .map(RouteInfo::getProduces)
                    .filter(types -> types.size() == 1)
                    .ifPresent(types -> response.contentType(types.getFirst()));
        }
        response.getHeaders().set(HEADER, VERSION);
        Replicas replicas = membership.replicas();
        if (replicas.ring().isPresent()) {
            response.getHeaders().set(RING, replicas.version());
        }
    }
}

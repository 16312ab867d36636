package io.assent.coordinator.adapter.http;

import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.annotation.ResponseFilter;
import io.micronaut.http.annotation.ServerFilter;

/** Every reply says which version of the protocol it speaks. */
@ServerFilter(ServerFilter.MATCH_ALL_PATTERN)
class ProtocolHeaderFilter {

    static final String HEADER = "Assent-Protocol";
    static final String VERSION = "1";

    @ResponseFilter
    void add(MutableHttpResponse<?> response) {
        response.getHeaders().set(HEADER, VERSION);
    }
}

package io.assent.coordinator.adapter.http;

import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;

/** Writes problems as replies, and counts them by their code. */
@Singleton
class Problems {

    private final MeterRegistry meters;
    private final String retryAfterSeconds;

    Problems(MeterRegistry meters, Admission admission) {
        this.meters = meters;
        this.retryAfterSeconds = Long.toString(admission.settings().retryAfter().toSeconds());
    }

    MutableHttpResponse<byte[]> reply(Problem problem) {
        return fill(HttpResponse.status(problem.code().status(), problem.code().meaning()), problem);
    }

    MutableHttpResponse<byte[]> fill(MutableHttpResponse<?> response, Problem problem) {
        meters.counter("assent.http.problems", "code", problem.code().name()).increment();
        if (problem.code().category() == ErrorCode.Category.TRANSIENT) {
            response.header(HttpHeaders.RETRY_AFTER, retryAfterSeconds);
        }
        return response.contentType(Problem.MEDIA_TYPE).body(problem.toJson());
    }
}

package io.assent.coordinator.adapter.http;

import io.assent.api.CommitsJson;
import io.assent.api.Gtrid;
import io.micrometer.core.instrument.MeterRegistry;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import jakarta.inject.Singleton;

/** Writes problems as replies, and counts them by their code. */
@Singleton
class Problems {

    private final MeterRegistry meters;
    private final long retryAfterSeconds;

    Problems(MeterRegistry meters, Admission admission) {
        this.meters = meters;
        this.retryAfterSeconds = admission.settings().retryAfter().toSeconds();
    }

    MutableHttpResponse<byte[]> reply(Problem problem) {
        return fill(HttpResponse.status(problem.code().status(), problem.code().meaning()), problem);
    }

    MutableHttpResponse<byte[]> fill(MutableHttpResponse<?> response, Problem problem) {
        count(problem);
        if (isTransient(problem)) {
            response.header(HttpHeaders.RETRY_AFTER, Long.toString(retryAfterSeconds));
        }
        return response.contentType(Problem.MEDIA_TYPE).body(problem.toJson());
    }

    /** As a line among the answers to several requests. */
    byte[] line(Gtrid gtrid, Problem problem) {
        count(problem);
        long retryAfter = isTransient(problem) ? retryAfterSeconds : 0;
        return CommitsJson.writeLine(gtrid, problem.code().status(), retryAfter, problem.toJson());
    }

    private void count(Problem problem) {
        meters.counter("assent.http.problems", "code", problem.code().name()).increment();
    }

    private static boolean isTransient(Problem problem) {
        return problem.code().category() == ErrorCode.Category.TRANSIENT;
    }
}

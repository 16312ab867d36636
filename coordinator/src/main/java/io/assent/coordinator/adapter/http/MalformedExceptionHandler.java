package io.assent.coordinator.adapter.http;

import io.assent.api.MalformedException;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** What the shared types refuse is a bad request. */
@Singleton
class MalformedExceptionHandler implements ExceptionHandler<MalformedException, HttpResponse<?>> {

    private final Problems problems;

    MalformedExceptionHandler(Problems problems) {
        this.problems = problems;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the interface has it
    public HttpResponse<?> handle(HttpRequest request, MalformedException exception) {
        return problems.reply(Problem.of(exception));
    }
}

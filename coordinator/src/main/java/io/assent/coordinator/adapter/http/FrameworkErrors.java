package io.assent.coordinator.adapter.http;

import io.micronaut.context.annotation.Primary;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.Error;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.Collectors;

/** Errors that the framework finds before or behind a controller (no such path, body too large …), as problems too. */
@Singleton
@Primary
class FrameworkErrors implements ErrorResponseProcessor<byte[]> {

    private final Problems problems;

    FrameworkErrors(Problems problems) {
        this.problems = problems;
    }

    @Override
    public MutableHttpResponse<byte[]> processResponse(ErrorContext context, MutableHttpResponse<?> response) {
        Optional<Problem> unread = UnreadRequest.problemOf(context.getRequest());
        if (unread.isPresent()) {
            return problems.fill(response.status(unread.get().code().status()), unread.get());
        }
        String request = context.getRequest().getMethodName() + " "
                + context.getRequest().getPath();
        Problem problem = switch (response.code()) {
            case 404 -> Problem.of(ErrorCode.NOT_FOUND, "there is no " + request);
            case 405 -> Problem.of(ErrorCode.METHOD_NOT_ALLOWED, request + " is not possible");
            case 406 -> Problem.of(ErrorCode.NOT_ACCEPTABLE, said(context));
            case 415 ->
                Problem.of(ErrorCode.UNSUPPORTED_MEDIA_TYPE, said(context))
                        .about(
                                "Content-Type",
                                context.getRequest()
                                        .getContentType()
                                        .map(Object::toString)
                                        .orElse(""));
            default ->
                response.code() < 500
                        ? Problem.of(ErrorCode.MALFORMED, said(context))
                        // What failed inside is for the log, not for whoever asks.
                        : Problem.of(ErrorCode.INTERNAL, request + " failed inside the coordinator");
        };
        return problems.fill(response, problem);
    }

    private static String said(ErrorContext context) {
        return context.getErrors().stream().map(Error::getMessage).collect(Collectors.joining("; "));
    }
}

package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.DecisionLog;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;

/** Replies what a controller threw. */
@Singleton
class ProblemExceptionHandler implements ExceptionHandler<ProblemException, HttpResponse<?>> {

    private final Problems problems;
    private final DecisionLog log;

    ProblemExceptionHandler(Problems problems, DecisionLog log) {
        this.problems = problems;
        this.log = log;
    }

    @Override
    @SuppressWarnings("rawtypes") // as the interface has it
    public HttpResponse<?> handle(HttpRequest request, ProblemException exception) {
        return problems.reply(namingTheLog(exception.problem()));
    }

    /** Of several logs only one is to blame: others' transactions go on, and an operator has to know where to look. */
    private Problem namingTheLog(Problem problem) {
        if (problem.code() != ErrorCode.LOG_UNAVAILABLE || !problem.field().equals("gtrid")) {
            return problem;
        }
        return log.nameOf(Gtrid.parse(problem.value()))
                .map(name -> problem.detailed(problem.detail() + ": " + name + " has not said"))
                .orElse(problem);
    }
}

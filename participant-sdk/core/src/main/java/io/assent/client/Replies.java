package io.assent.client;

import io.assent.api.Bqual;
import io.assent.api.Gtrid;
import io.assent.api.Inquiry;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What a coordinator's reply says, beside its body. */
final class Replies {

    private static final int SECONDS_DIGITS_MAX = 6;

    private Replies() {}

    /** How long the coordinator wants to be left alone; zero if it does not say so in seconds. */
    static Duration retryAfter(HttpResponse<?> reply) {
        return reply.headers()
                .firstValue("Retry-After")
                .map(String::strip)
                .filter(seconds -> seconds.matches("[0-9]{1," + SECONDS_DIGITS_MAX + "}"))
                .map(seconds -> Duration.ofSeconds(Long.parseLong(seconds)))
                .orElse(Duration.ZERO);
    }

    static String describe(Exception failure) {
        String message = failure.getMessage();
        String name = failure.getClass().getSimpleName();
        return message == null || message.isBlank() ? name : name + ": " + message;
    }

    /** The answers that answer one of these inquiries; a confused peer must not end a branch that nobody asked about. */
    static List<Inquiry.Answer> answersTo(List<Inquiry> inquiries, List<Inquiry.Answer> answers) {
        record Asked(Gtrid gtrid, Bqual bqual) {}
        Set<Asked> asked = new HashSet<>();
        inquiries.forEach(inquiry -> asked.add(new Asked(inquiry.gtrid(), inquiry.bqual())));
        return answers.stream()
                .filter(answer -> asked.contains(new Asked(answer.gtrid(), answer.bqual())))
                .toList();
    }
}

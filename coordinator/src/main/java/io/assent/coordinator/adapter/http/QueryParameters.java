package io.assent.coordinator.adapter.http;

import io.assent.api.MalformedException;
import io.micronaut.http.HttpRequest;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The query of a URL, read as strictly as a body: each parameter known, and given once. */
final class QueryParameters {

    private static final int LENGTH_MAX = 512;

    private final HttpRequest<?> request;

    private QueryParameters(HttpRequest<?> request) {
        this.request = request;
    }

    /** @throws MalformedException naming the first parameter that is not known or is given twice */
    static QueryParameters of(HttpRequest<?> request, Set<String> known) {
        for (String name : request.getParameters().names()) {
            if (!known.contains(name)) {
                throw new MalformedException(
                        name,
                        name,
                        "is not a known parameter; known are "
                                + known.stream().sorted().toList());
            }
            List<String> values = request.getParameters().getAll(name);
            if (values.size() > 1) {
                throw new MalformedException(name, String.join(", ", values), "is given more than once");
            }
        }
        return new QueryParameters(request);
    }

    Optional<String> text(String name) {
        Optional<String> value = request.getParameters().getFirst(name);
        value.filter(v -> !isPlain(v)).ifPresent(v -> {
            throw new MalformedException(name, v, "must have 1 to " + LENGTH_MAX + " characters, none of control");
        });
        return value;
    }

    private static boolean isPlain(String value) {
        return !value.isEmpty() && value.length() <= LENGTH_MAX && value.chars().noneMatch(Character::isISOControl);
    }

    Optional<Long> number(String name, long min, long max) {
        return text(name).map(value -> {
            if (!value.matches("[0-9]{1,15}") || Long.parseLong(value) < min || Long.parseLong(value) > max) {
                throw new MalformedException(name, value, "must be a whole number from " + min + " to " + max);
            }
            return Long.parseLong(value);
        });
    }

    Optional<Duration> millis(String name, Duration max) {
        return number(name, 0, max.toMillis()).map(Duration::ofMillis);
    }

    Optional<Boolean> flag(String name) {
        return text(name).map(value -> switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new MalformedException(name, value, "must be true or false");
        });
    }

    <E extends Enum<E>> Optional<E> constant(String name, Class<E> type) {
        return text(name).map(value -> {
            for (E constant : type.getEnumConstants()) {
                if (constant.name().equals(value)) {
                    return constant;
                }
            }
            throw new MalformedException(name, value, "must be one of " + List.of(type.getEnumConstants()));
        });
    }
}

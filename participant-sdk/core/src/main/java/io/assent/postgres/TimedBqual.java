package io.assent.postgres;

import io.assent.api.Bqual;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A bqual that carries the time left until its transaction's deadline, in seconds: {@code <base 36>-<22 random
 * characters>}. So every instance of the service knows from {@code pg_prepared_xacts} alone when a branch may be asked
 * about (time of preparing plus this, by the database's clock), and can still compute the gid of any branch from the
 * gtrid and bqual that it is told. To everybody else the text means nothing.
 */
final class TimedBqual {

    private static final Pattern FORM = Pattern.compile("(0|[1-9a-z][0-9a-z]{0,5})-[A-Za-z0-9_-]{22}");
    private static final int RADIX = 36;
    private static final long SECONDS_MAX = 36L * 36 * 36 * 36 * 36 * 36 - 1;

    private TimedBqual() {}

    /** Mints a fresh bqual (rule R10); the time is rounded up. */
    static Bqual mint(Duration remaining) {
        long seconds = Math.min(SECONDS_MAX, remaining.plusMillis(999).toSeconds());
        return new Bqual(Long.toString(Math.max(0, seconds), RADIX) + "-" + Bqual.mint());
    }

    /** What {@link #mint} put in, or empty if the text is not of its making. */
    static Optional<Duration> timeout(Bqual bqual) {
        Matcher matcher = FORM.matcher(bqual.value());
        return matcher.matches()
                ? Optional.of(Duration.ofSeconds(Long.parseLong(matcher.group(1), RADIX)))
                : Optional.empty();
    }
}

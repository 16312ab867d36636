package io.assent.samples.bench.load;

import java.util.Properties;

/**
 * What the clients of one run saw.
 *
 * @param elapsedNanos how long they were measured
 * @param committed transactions that committed while measured
 * @param aborted transactions that were refused while measured
 * @param errors transactions that failed while measured
 * @param ended all transactions, also those before the measuring and those of clients that are not measured
 * @param committedInAll how many of all were said to have committed
 * @param failedInAll of how many of all nobody was told the outcome
 * @param p50 median latency in milliseconds; the others likewise
 * @param firstError what the first failure said; empty if there was none
 */
public record LoadResult(
        long elapsedNanos,
        long committed,
        long aborted,
        long errors,
        long ended,
        long committedInAll,
        long failedInAll,
        double p50,
        double p99,
        double p999,
        double max,
        String firstError) {

    static final String ELAPSED_NANOS = "elapsed_nanos";
    static final String COMMITTED = "committed";
    static final String ABORTED = "aborted";
    static final String ERRORS = "errors";
    static final String ENDED = "ended";
    static final String COMMITTED_IN_ALL = "committed_in_all";
    static final String FAILED_IN_ALL = "failed_in_all";
    static final String P50 = "p50_ms";
    static final String P99 = "p99_ms";
    static final String P999 = "p999_ms";
    static final String MAX = "max_ms";
    static final String FIRST_ERROR = "first_error";

    private static final double NANOS_PER_SECOND = 1e9;

    public static LoadResult of(Properties properties) {
        return new LoadResult(
                count(properties, ELAPSED_NANOS),
                count(properties, COMMITTED),
                count(properties, ABORTED),
                count(properties, ERRORS),
                count(properties, ENDED),
                count(properties, COMMITTED_IN_ALL),
                count(properties, FAILED_IN_ALL),
                millis(properties, P50),
                millis(properties, P99),
                millis(properties, P999),
                millis(properties, MAX),
                properties.getProperty(FIRST_ERROR, ""));
    }

    /** Transactions that ended as they should while measured. */
    public long transactions() {
        return committed + aborted;
    }

    public double perSecond() {
        return transactions() * NANOS_PER_SECOND / elapsedNanos;
    }

    private static long count(Properties properties, String name) {
        return Long.parseLong(properties.getProperty(name));
    }

    private static double millis(Properties properties, String name) {
        return Double.parseDouble(properties.getProperty(name));
    }
}

package io.assent.samples.bench.run;

import io.assent.samples.bench.load.LoadResult;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One measured run of one candidate at one point. What is per transaction counts those that ended as they should, aborted
 * ones included.
 *
 * @param run from 1
 * @param cpuMillis processor time per transaction, by process
 * @param walBytes write-ahead log per transaction, by database server
 * @param flushes flushes of the write-ahead log per transaction, by database server
 * @param httpRequests HTTP requests per transaction
 * @param commitRows decisions to commit that were added to the log; empty where the candidate keeps no rows of them
 * @param faults why the books do not balance; empty if they do
 */
record Measurement(
        Contender contender,
        Point point,
        int run,
        LoadResult load,
        Map<String, Double> cpuMillis,
        Map<String, Double> walBytes,
        Map<String, Double> flushes,
        double httpRequests,
        Optional<Long> commitRows,
        List<String> faults) {

    /** The server whose write-ahead log is for decisions; of several all others begin like it. */
    static final String LOG = "log";

    double cpuMillisOfAll() {
        return cpuMillis.values().stream().mapToDouble(Double::doubleValue).sum();
    }

    /** Of all services together, all coordinators, and all servers of PostgreSQL. */
    Map<String, Double> cpuMillisByKind() {
        Map<String, Double> byKind = new LinkedHashMap<>();
        cpuMillis.forEach(
                (process, millis) -> byKind.merge(ProcessKind.of(process).label(), millis, Double::sum));
        return byKind;
    }

    double walBytesOfLog() {
        return sumOfLogs(walBytes);
    }

    double flushesOfLog() {
        return sumOfLogs(flushes);
    }

    private static double sumOfLogs(Map<String, Double> byServer) {
        return byServer.entrySet().stream()
                .filter(each -> each.getKey().startsWith(LOG))
                .mapToDouble(Map.Entry::getValue)
                .sum();
    }

    boolean booksBalance() {
        return faults.isEmpty();
    }
}

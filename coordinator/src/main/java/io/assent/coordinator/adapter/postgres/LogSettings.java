package io.assent.coordinator.adapter.postgres;

import java.time.Duration;

/**
 * Bounds of the decision log.
 *
 * @param url JDBC URL of the log's PostgreSQL
 * @param user the database user
 * @param password its password; empty if the server asks for none
 * @param batchMax the most proposals of one statement; default 512
 * @param queueMax the most proposals that wait for a statement; more are refused; default 20,000
 * @param readersMax connections for everything but the decisions; default 4
 * @param connectTimeout how long a connection may take; default 5 s
 * @param socketTimeout how long the server may be silent before the connection counts as lost; default 20 s
 * @param reconnectMax the longest pause between two attempts to reach the server; default 1 s
 * @param rewriteAfter when a batch that still has unfinished transactions is written anew without the others; default 5 s
 * @param retention how long decisions stay after they were made; default 7 days
 * @param auditRetention how long acknowledged heuristics and operator actions stay; default 90 days
 * @param durability what the servers must be set up for; looked at with every connection; default any
 */
public record LogSettings(
        String url,
        String user,
        String password,
        int batchMax,
        int queueMax,
        int readersMax,
        Duration connectTimeout,
        Duration socketTimeout,
        Duration reconnectMax,
        Duration rewriteAfter,
        Duration retention,
        Duration auditRetention,
        RequiredDurability durability) {

    public LogSettings {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new IllegalArgumentException("database URL '" + url + "' must begin with jdbc:postgresql:");
        }
        positive("batchMax", batchMax);
        positive("queueMax", queueMax);
        positive("readersMax", readersMax);
        positive("connectTimeout", connectTimeout.toMillis());
        positive("socketTimeout", socketTimeout.toMillis());
        positive("reconnectMax", reconnectMax.toMillis());
        positive("rewriteAfter", rewriteAfter.toMillis());
        positive("retention", retention.toMillis());
        positive("auditRetention", auditRetention.toMillis());
    }

    public static LogSettings defaults(String url, String user, String password) {
        return new LogSettings(
                url,
                user,
                password,
                512,
                20_000,
                4,
                Duration.ofSeconds(5),
                Duration.ofSeconds(20),
                Duration.ofSeconds(1),
                Duration.ofSeconds(5),
                Duration.ofDays(7),
                Duration.ofDays(90),
                RequiredDurability.ANY);
    }

    /** Where the database is, as people call it: without what could be a secret. */
    public String where() {
        return url.replaceFirst("^jdbc:postgresql:(//)?", "")
                .replaceFirst("\\?.*", "")
                .replaceFirst("^[^/@]*@", "");
    }

    private static void positive(String name, long value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " '" + value + "' must be greater than 0");
        }
    }
}

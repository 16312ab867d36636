package io.assent.client;

import io.assent.api.MalformedException;
import io.assent.threads.VirtualThreads;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * How to reach the coordinator.
 *
 * @param replicas base URLs, at least one; those that can't be reached are passed over when a request is made
 * @param http the client to send with; its connect timeout applies
 * @param requestTimeout how long one replica may take to answer, beside the time that a request allows it to wait
 * @param delays how long to wait between rounds of attempts
 * @param commitStreams how many replies to several commits and rollbacks at a time may be open with each replica; with
 *     0 each goes alone
 */
public record ClientSettings(
        List<URI> replicas, HttpClient http, Duration requestTimeout, RetryDelays delays, int commitStreams) {

    public static final Duration CONNECT_TIMEOUT_DEFAULT = Duration.ofSeconds(2);
    public static final Duration REQUEST_TIMEOUT_DEFAULT = Duration.ofSeconds(5);
    public static final int COMMIT_STREAMS_DEFAULT = 128;

    public ClientSettings {
        if (replicas.isEmpty()) {
            throw new MalformedException("coordinator", "", "is required: name at least one URL");
        }
        replicas = List.copyOf(replicas);
        if (requestTimeout.toMillis() < 1) {
            throw new MalformedException("requestTimeout", requestTimeout.toString(), "must be at least 1 ms");
        }
        if (commitStreams < 0) {
            throw new MalformedException("commitStreams", Integer.toString(commitStreams), "must not be negative");
        }
    }

    /** As the full one, with the default for what is not named. */
    public ClientSettings(List<URI> replicas, HttpClient http, Duration requestTimeout, RetryDelays delays) {
        this(replicas, http, requestTimeout, delays, COMMIT_STREAMS_DEFAULT);
    }

    /** The defaults for these coordinator URLs. */
    public static ClientSettings of(Collection<String> urls) {
        return new ClientSettings(
                replicas(urls), http(CONNECT_TIMEOUT_DEFAULT), REQUEST_TIMEOUT_DEFAULT, RetryDelays.DEFAULT);
    }

    /**
     * A client as the coordinator wants it. HTTP/1.1, because an upgrade offer would go along with every request. Replies are
     * read in virtual threads where there are any ({@link VirtualThreads}).
     */
    public static HttpClient http(Duration connectTimeout) {
        HttpClient.Builder builder =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(connectTimeout);
        VirtualThreads.executor().ifPresent(builder::executor);
        return builder.build();
    }

    /** Reads base URLs, each once, in the order given.
     * @throws MalformedException naming the one that is no absolute http(s) URL */
    public static List<URI> replicas(Collection<String> urls) {
        Set<URI> replicas = new LinkedHashSet<>();
        for (String url : urls) {
            replicas.add(replica(url));
        }
        return List.copyOf(replicas);
    }

    /** Reads one base URL. */
    static URI replica(String url) {
        try {
            URI uri = new URI(url.strip().replaceAll("/+$", ""));
            boolean web = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
            if (web && uri.getHost() != null && plain) {
                return uri;
            }
        } catch (URISyntaxException e) {
            throw malformed(url);
        }
        throw malformed(url);
    }

    private static MalformedException malformed(String url) {
        return new MalformedException(
                "coordinator",
                url,
                "must be an absolute http or https URL without user, query or fragment, such as http://localhost:8080");
    }
}

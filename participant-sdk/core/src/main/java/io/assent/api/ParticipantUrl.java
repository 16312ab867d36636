package io.assent.api;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Where a participant takes instructions: an absolute http or https URL of at most 256 characters without user
 * information, query or fragment. Two participants are the same exactly if the texts are equal.
 */
public record ParticipantUrl(String value) implements Comparable<ParticipantUrl> {

    public static final int LENGTH_MAX = 256;

    /** How many are kept once they have been checked: more than a service or a coordinator deals with at a time. */
    private static final int CHECKED_MAX = 1000;

    /**
     * The origins of those that were checked. The same few come with every branch, and to read one takes longer than all
     * else in its branch. Once it is full, others are read each time.
     */
    private static final Map<String, String> ORIGINS = new ConcurrentHashMap<>();

    private static final int PORT_MAX = 65_535;

    public ParticipantUrl {
        if (!ORIGINS.containsKey(value)) {
            URI uri = checked(value);
            if (ORIGINS.size() < CHECKED_MAX) {
                ORIGINS.put(value, origin(uri));
            }
        }
    }

    private static URI checked(String value) {
        URI uri = parsed(value);
        String scheme = uri.getScheme();
        boolean web = "http".equals(scheme) || "https".equals(scheme);
        boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
        boolean ascii = value.chars().allMatch(character -> character > ' ' && character <= '~');
        boolean reachable = uri.getPort() != 0 && uri.getPort() <= PORT_MAX;
        if (value.length() > LENGTH_MAX || !ascii || !web || uri.getHost() == null || !plain || !reachable) {
            throw malformed(value);
        }
        return uri;
    }

    public URI toUri() {
        return URI.create(value);
    }

    /** Scheme, host and port, such as {@code http://localhost:8081}; what an allow-list compares. */
    public String origin() {
        String origin = ORIGINS.get(value);
        return origin == null ? origin(toUri()) : origin;
    }

    private static String origin(URI uri) {
        int standardPort = "https".equals(uri.getScheme()) ? 443 : 80;
        int port = uri.getPort() < 0 ? standardPort : uri.getPort();
        return uri.getScheme() + "://" + uri.getHost().toLowerCase(Locale.ROOT) + ":" + port;
    }

    @Override
    public int compareTo(ParticipantUrl other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }

    private static URI parsed(String value) {
        try {
            return new URI(value);
        } catch (URISyntaxException e) {
            throw malformed(value);
        }
    }

    private static MalformedException malformed(String value) {
        return new MalformedException(
                "participant",
                value,
                "must be an absolute http or https URL of at most " + LENGTH_MAX
                        + " characters without user, query or fragment, its port, if any, from 1 to " + PORT_MAX);
    }
}

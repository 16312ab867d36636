package io.assent.api;

import java.net.URI;
import java.net.URISyntaxException;

/**
 * Where a participant takes instructions: an absolute http or https URL of at most 256 characters without user
 * information, query or fragment. Two participants are the same exactly if the texts are equal.
 */
public record ParticipantUrl(String value) implements Comparable<ParticipantUrl> {

    public static final int LENGTH_MAX = 256;

    public ParticipantUrl {
        URI uri = parsed(value);
        String scheme = uri.getScheme();
        boolean web = "http".equals(scheme) || "https".equals(scheme);
        boolean plain = uri.getRawUserInfo() == null && uri.getRawQuery() == null && uri.getRawFragment() == null;
        boolean ascii = value.chars().allMatch(character -> character > ' ' && character <= '~');
        if (value.length() > LENGTH_MAX || !ascii || !web || uri.getHost() == null || !plain) {
            throw malformed(value);
        }
    }

    public URI toUri() {
        return URI.create(value);
    }

    /** Scheme, host and port, such as {@code http://localhost:8081}; what an allow-list compares. */
    public String origin() {
        URI uri = toUri();
        int standardPort = "https".equals(uri.getScheme()) ? 443 : 80;
        int port = uri.getPort() < 0 ? standardPort : uri.getPort();
        return uri.getScheme() + "://" + uri.getHost().toLowerCase(java.util.Locale.ROOT) + ":" + port;
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
                        + " characters without user, query or fragment");
    }
}

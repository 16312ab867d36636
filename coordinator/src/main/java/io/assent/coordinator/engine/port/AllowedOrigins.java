package io.assent.coordinator.engine.port;

import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Which participants the coordinator may call. A coordinator that calls any URL it is given is an attack tool, so what
 * the operator has not named is not called; empty means nothing is.
 *
 * <p>An entry is an origin such as {@code http://bank.internal:8081} (without a port: the scheme's standard one), an
 * origin with any port such as {@code http://127.0.0.1:*}, or the word {@code loopback} for localhost, 127.0.0.0/8 and
 * [::1] with any scheme and port. Scheme, host and port are compared as text: no name is looked up.
 *
 * @param entries in their canonical form, sorted
 */
public record AllowedOrigins(Set<String> entries) {

    public static final AllowedOrigins NONE = new AllowedOrigins(Set.of());

    private static final String LOOPBACK = "loopback";
    private static final String ANY_PORT = ":*";
    private static final Pattern LOOPBACK_HOST = Pattern.compile("localhost|\\[::1]|127(\\.\\d{1,3}){3}");

    /** @throws MalformedException naming the first entry that is none */
    public AllowedOrigins {
        Set<String> canonical = new TreeSet<>();
        entries.forEach(entry -> canonical.add(canonical(entry)));
        entries = java.util.Collections.unmodifiableSet(canonical);
    }

    /** @throws MalformedException naming the first entry that is none */
    public static AllowedOrigins of(Collection<String> entries) {
        return new AllowedOrigins(new TreeSet<>(entries));
    }

    public boolean permits(ParticipantUrl participant) {
        String origin = participant.origin();
        String withoutPort = origin.substring(0, origin.lastIndexOf(':'));
        String host = withoutPort.substring(withoutPort.indexOf("://") + 3);
        return entries.contains(origin)
                || entries.contains(withoutPort + ANY_PORT)
                || (entries.contains(LOOPBACK) && LOOPBACK_HOST.matcher(host).matches());
    }

    private static String canonical(String entry) {
        String lower = entry.strip().toLowerCase(Locale.ROOT);
        if (lower.equals(LOOPBACK)) {
            return LOOPBACK;
        }
        boolean anyPort = lower.endsWith(ANY_PORT);
        URI uri = parsed(anyPort ? lower.substring(0, lower.length() - ANY_PORT.length()) : lower);
        boolean web = uri != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        if (uri == null || !web || uri.getHost() == null || !isOrigin(uri) || (anyPort && uri.getPort() >= 0)) {
            throw new MalformedException(
                    "allowed-origins",
                    entry,
                    "must be an origin such as http://bank.internal:8081 or http://127.0.0.1:*, or the word loopback");
        }
        String origin = new ParticipantUrl(uri.toString()).origin();
        return anyPort ? origin.substring(0, origin.lastIndexOf(':')) + ANY_PORT : origin;
    }

    private static boolean isOrigin(URI uri) {
        return uri.getRawUserInfo() == null
                && uri.getRawQuery() == null
                && uri.getRawFragment() == null
                && uri.getRawPath().isEmpty();
    }

    private static @Nullable URI parsed(String text) {
        try {
            return new URI(text);
        } catch (URISyntaxException e) {
            return null;
        }
    }
}

package io.assent.coordinator.adapter.participant;

import io.assent.api.ParticipantUrl;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/**
 * What a participant's URL says about how to call it.
 *
 * @param host without the brackets of an IPv6 address
 * @param hostHeader as the Host header has it: with brackets, and without the scheme's own port
 * @param path with which the request line begins
 */
record Destination(Scheme scheme, String host, int port, String hostHeader, String path) {

    private static final char ZONE = '%';

    enum Scheme {
        HTTP(80),
        HTTPS(443);

        private final int standardPort;

        Scheme(int standardPort) {
            this.standardPort = standardPort;
        }
    }

    static Destination of(ParticipantUrl participant) {
        URI uri = participant.toUri();
        Scheme scheme = "https".equals(uri.getScheme()) ? Scheme.HTTPS : Scheme.HTTP;
        String host = uri.getHost();
        boolean bracketed = host.startsWith("[");
        int port = uri.getPort() < 0 ? scheme.standardPort : uri.getPort();
        // A zone has a meaning on this machine only.
        String name = bracketed ? host.replaceFirst(ZONE + ".*]", "]") : host;
        return new Destination(
                scheme,
                bracketed ? host.substring(1, host.length() - 1) : host,
                port,
                port == scheme.standardPort ? name : name + ":" + port,
                uri.getRawPath().isEmpty() ? "/" : uri.getRawPath());
    }

    /** The address that the host is, or null if it is a name or needs a look-up for another reason. */
    @Nullable
    InetAddress literal() {
        return host.indexOf(ZONE) < 0 ? NetUtil.createInetAddressFromIpAddressString(host) : null;
    }
}

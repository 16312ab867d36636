package io.assent.samples.torture;

import io.assent.samples.demo.DemoException;
import io.assent.samples.demo.Ports;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A link between any two parties that talk. All parties know each other by the same names; each has a hosts file of its
 * own, in which a name stands for the link from it to there. Needs all of 127.0.0.0/8, which Linux has.
 */
final class Network implements AutoCloseable {

    private static final String DOMAIN = ".torture";
    private static final int FIRST_OCTET = 10;

    private final Path directory;
    private final List<String> parties;
    private final Map<String, Integer> ports = new HashMap<>();
    private final List<Link> links = new ArrayList<>();

    /** @param directory for the hosts files */
    Network(Path directory, List<String> parties) {
        this.directory = directory;
        this.parties = List.copyOf(parties);
    }

    /** Where everybody finds a party. */
    String url(String target) {
        return "http://" + target + DOMAIN + ":" + port(target);
    }

    /** Where this one finds it, for what knows no names. */
    String authority(String source, String target) {
        return address(source, target) + ":" + port(target);
    }

    /** @param realPort where the target really listens */
    void link(String source, String target, int realPort) {
        try {
            InetSocketAddress listen =
                    new InetSocketAddress(InetAddress.ofLiteral(address(source, target)), port(target));
            links.add(new Link(source, target, listen, realPort));
        } catch (IOException e) {
            throw new DemoException("cannot listen on " + authority(source, target) + " (" + e.getMessage()
                    + "): the torture needs all addresses of 127.0.0.0/8, which Linux has.");
        }
    }

    /** The hosts file of a party, for the system property {@code jdk.net.hosts.file}. */
    Path hosts(String source) {
        List<String> lines = new ArrayList<>(List.of("127.0.0.1 localhost"));
        parties.forEach(target -> lines.add(address(source, target) + " " + target + DOMAIN));
        try {
            Files.createDirectories(directory);
            return Files.write(directory.resolve("hosts-" + source), lines);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Link> links() {
        return List.copyOf(links);
    }

    List<Link> linksOf(String party) {
        return links.stream().filter(link -> link.touches(party)).toList();
    }

    @Override
    public void close() {
        links.forEach(Link::close);
    }

    /** Chosen at the first use: whoever chooses looks up names, and this process may not have its hosts file yet. */
    private int port(String party) {
        return ports.computeIfAbsent(party, _ -> Ports.free());
    }

    private String address(String source, String target) {
        return "127." + (FIRST_OCTET + parties.indexOf(source)) + "." + (FIRST_OCTET + parties.indexOf(target)) + ".1";
    }
}

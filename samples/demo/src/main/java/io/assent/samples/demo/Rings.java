package io.assent.samples.demo;

import io.assent.api.MalformedException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/** Asks the replicas that are up for the ring as each of them knows it. */
final class Rings {

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final Duration AGREEMENT_PATIENCE = Duration.ofSeconds(30);
    private static final int HTTP_OK = 200;

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(TIMEOUT).build();
    private final Cluster cluster;

    Rings(Cluster cluster) {
        this.cluster = cluster;
    }

    /** The ring with these members, once all of those that are up know it. */
    RingView withEveryone() {
        List<String> names =
                cluster.coordinators().stream().map(ServiceProcess::name).toList();
        return agreed(ring -> names.stream().allMatch(ring::isMember), "all of " + names);
    }

    /** The ring without a replica, once all of those that are up know it. */
    RingView without(String name) {
        return agreed(ring -> !ring.isMember(name), "no " + name);
    }

    private RingView agreed(Predicate<RingView> wanted, String what) {
        return Pause.untilPresent(() -> knownToAll(wanted), AGREEMENT_PATIENCE)
                .orElseThrow(() -> new DemoException(
                        "the replicas know no ring with " + what + " after " + AGREEMENT_PATIENCE.toSeconds() + " s"));
    }

    /** As the last of those that are up told it; empty unless each of them told one that is wanted. */
    private Optional<RingView> knownToAll(Predicate<RingView> wanted) {
        Optional<RingView> known = Optional.empty();
        for (ServiceProcess replica : running()) {
            known = ask(replica).filter(wanted);
            if (known.isEmpty()) {
                break;
            }
        }
        return known;
    }

    private List<ServiceProcess> running() {
        return cluster.coordinators().stream()
                .filter(replica -> replica.state() == ServiceProcess.State.UP)
                .toList();
    }

    private Optional<RingView> ask(ServiceProcess replica) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(replica.url() + "/v1/ring"))
                .timeout(TIMEOUT)
                .build();
        try {
            HttpResponse<byte[]> reply = http.send(request, BodyHandlers.ofByteArray());
            return reply.statusCode() == HTTP_OK ? Optional.of(RingView.read(reply.body())) : Optional.empty();
        } catch (IOException | MalformedException e) {
            return Optional.empty(); // it may be going down, or know none yet
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }
}

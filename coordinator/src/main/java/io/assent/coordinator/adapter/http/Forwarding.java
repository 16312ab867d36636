package io.assent.coordinator.adapter.http;

import io.assent.api.Gtrid;
import io.assent.api.JsonObject;
import io.assent.api.MalformedException;
import io.assent.coordinator.engine.Engine;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.assent.coordinator.engine.port.Replicas.Duty;
import io.assent.coordinator.engine.port.Replicas.Member;
import io.assent.coordinator.engine.port.Scheduler;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandler;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Passes a request on to the replica that holds its transaction, for the few requests that can't be handled without what that
 * replica has in memory. One hop at the most: what has been passed on is handled where it arrives. If nobody holds the
 * transaction, or the holder does not answer, the request is handled on the spot, by the rules and not by having no memory.
 *
 * <p>Thread-safe; does not block.
 */
public final class Forwarding implements AutoCloseable {

    /** Names the replica that passed the request on. */
    static final String HEADER = "Assent-Forwarded-By";

    private static final Logger LOG = LoggerFactory.getLogger(Forwarding.class);
    private static final int OK = 200;
    private static final int PROBE_BYTES_MAX = 4096;

    /** Between one client and one server only (RFC 9110, section 7.6.1), or set anew by our client. */
    private static final Set<String> HOP_BY_HOP = Set.of(
            "accept-encoding",
            "connection",
            "content-length",
            "expect",
            "forwarded",
            "host",
            "http2-settings",
            "keep-alive",
            "proxy-authenticate",
            "proxy-authorization",
            "te",
            "trailer",
            "transfer-encoding",
            "upgrade");

    private static final List<String> PASSED_BACK = List.of("Content-Type", "Location", "Retry-After");

    private final Engine engine;
    private final Membership membership;
    private final Scheduler scheduler;
    private final ForwardingSettings settings;
    private final HttpClient client;

    public Forwarding(Engine engine, Membership membership, Scheduler scheduler, ForwardingSettings settings) {
        this.scheduler = scheduler;
        this.engine = engine;
        this.membership = membership;
        this.settings = settings;
        this.client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .connectTimeout(settings.connectTimeout())
                .build();
    }

    @Override
    public void close() {
        client.shutdownNow();
    }

    /** What the holder is sent. */
    interface Body {
        byte[] after(Duration elapsed);
    }

    /** Whether this replica has the transaction in memory and undecided. */
    boolean isHeld(Gtrid gtrid) {
        return engine.look(gtrid).filter(Engine::isUndecided).isPresent();
    }

    /**
     * The reply of the replica that holds the transaction; empty if this one is to handle the request.
     *
     * @param path with which the holder is asked, below its URL
     * @param body what it is sent, given how long the request has been here; empty for GET
     * @param patience how long the request itself gives whoever handles it
     */
    CompletableFuture<Optional<MutableHttpResponse<byte[]>>> elsewhere(
            Gtrid gtrid, HttpRequest<?> request, String path, Body body, Duration patience) {
        if (request.getHeaders().contains(HEADER) || engine.look(gtrid).isPresent()) {
            return here();
        }
        long arrived = scheduler.nanoTime();
        return holder(gtrid)
                .thenCompose(holder -> holder.isEmpty()
                        ? here()
                        : pass(
                                holder.get(),
                                gtrid,
                                request,
                                path,
                                body.after(Duration.ofNanos(scheduler.nanoTime() - arrived)),
                                within(patience)));
    }

    private Duration within(Duration patience) {
        Duration allowed = patience.plus(settings.replyGrace());
        return allowed.compareTo(settings.replyTimeout()) < 0 ? allowed : settings.replyTimeout();
    }

    private static CompletableFuture<Optional<MutableHttpResponse<byte[]>>> here() {
        return CompletableFuture.completedFuture(Optional.empty());
    }

    /** Asks the owner first, then all the others at once: after a change of the ring another one may hold it. */
    private CompletableFuture<Optional<Member>> holder(Gtrid gtrid) {
        Replicas replicas = membership.replicas();
        Optional<Member> owner = replicas.owner(gtrid).filter(m -> !replicas.isSelf(m.incarnation()));
        List<Member> others = new ArrayList<>(replicas.alive());
        others.removeIf(m -> replicas.isSelf(m.incarnation()) || m.duty() == Duty.JOINING);
        owner.ifPresent(others::remove);
        CompletableFuture<Boolean> ownerHolds =
                owner.map(m -> holds(m, gtrid)).orElse(CompletableFuture.completedFuture(false));
        return ownerHolds.thenCompose(
                holds -> holds ? CompletableFuture.completedFuture(owner) : firstThatHolds(others, gtrid));
    }

    private CompletableFuture<Optional<Member>> firstThatHolds(List<Member> members, Gtrid gtrid) {
        List<CompletableFuture<Boolean>> asked =
                members.stream().map(m -> holds(m, gtrid)).toList();
        return CompletableFuture.allOf(asked.toArray(CompletableFuture[]::new)).thenApply(_ -> {
            for (int i = 0; i < members.size(); i++) {
                if (asked.get(i).join()) {
                    return Optional.of(members.get(i));
                }
            }
            return Optional.empty();
        });
    }

    private CompletableFuture<Boolean> holds(Member member, Gtrid gtrid) {
        java.net.http.HttpRequest probe = request(member, "/v1/ring/held/" + gtrid, settings.probeTimeout())
                .GET()
                .build();
        BodyHandler<byte[]> handler = BodyHandlers.limiting(BodyHandlers.ofByteArray(), PROBE_BYTES_MAX);
        return bounded(client.sendAsync(probe, handler), settings.probeTimeout())
                .handle((reply, thrown) -> {
                    if (thrown != null || reply.statusCode() != OK) {
                        LOG.debug(
                                "replica does not say whether it holds gtrid={} replica={}",
                                gtrid,
                                member.id(),
                                thrown);
                        return false;
                    }
                    try {
                        return JsonObject.parse(reply.body()).flag("held", false);
                    } catch (MalformedException e) {
                        return false;
                    }
                });
    }

    private CompletableFuture<Optional<MutableHttpResponse<byte[]>>> pass(
            Member holder, Gtrid gtrid, HttpRequest<?> request, String path, byte[] body, Duration within) {
        java.net.http.HttpRequest.Builder passed = request(holder, path, within);
        request.getHeaders().forEach((name, values) -> {
            if (!HOP_BY_HOP.contains(name.toLowerCase(Locale.ROOT))) {
                values.forEach(value -> passed.header(name, value));
            }
        });
        passed.header("Forwarded", "for=\"" + callerOf(request) + "\"");
        passed.method(
                request.getMethodName(), body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
        BodyHandler<byte[]> handler = BodyHandlers.limiting(BodyHandlers.ofByteArray(), settings.replyBytesMax());
        CoordinatorCrashPoint.BEFORE_FORWARD.reached(gtrid);
        return bounded(client.sendAsync(passed.build(), handler), within).handle((reply, thrown) -> {
            if (thrown != null) {
                LOG.warn(
                        "holder does not answer, handling the request here gtrid={} holder={} error=\"{}\"",
                        gtrid,
                        holder.id(),
                        thrown.toString());
                return Optional.empty();
            }
            CoordinatorCrashPoint.AFTER_FORWARD.reached(gtrid);
            MutableHttpResponse<byte[]> back = HttpResponse.status(reply.statusCode(), null);
            PASSED_BACK.forEach(name -> reply.headers()
                    .firstValue(name)
                    .ifPresent(value -> back.getHeaders().set(name, value)));
            return Optional.of(back.body(reply.body()));
        });
    }

    /** The request's own timeout ends with the headers of the reply; a body may still stall. Cancelling closes the connection. */
    private static <T> CompletableFuture<T> bounded(CompletableFuture<T> exchange, Duration within) {
        CompletableFuture<T> result = new CompletableFuture<>();
        var _ = exchange.whenComplete((reply, thrown) -> {
            if (thrown == null) {
                result.complete(reply);
            } else {
                result.completeExceptionally(thrown);
            }
        });
        var _ = result.orTimeout(within.toMillis(), TimeUnit.MILLISECONDS).whenComplete((_, thrown) -> {
            if (thrown != null) {
                exchange.cancel(true);
            }
        });
        return result;
    }

    private java.net.http.HttpRequest.Builder request(Member member, String path, Duration timeout) {
        return java.net.http.HttpRequest.newBuilder(URI.create(member.url() + path))
                .timeout(timeout)
                .header(HEADER, membership.replicas().self().toString());
    }

    private static String callerOf(HttpRequest<?> request) {
        InetAddress address = request.getRemoteAddress().getAddress();
        return address == null ? "unknown" : address.getHostAddress();
    }
}

package io.assent.coordinator.adapter.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Instruction;
import io.assent.api.Instruction.Action;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.participant.GatewaySettings.Timeouts;
import io.assent.coordinator.adapter.participant.RawParticipant.Script;
import io.assent.coordinator.adapter.participant.RawParticipant.Talk;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Connections: which are used again, which never, and what is made of replies that go wrong on the way. */
class InstructionSenderTest extends GatewayFixture {

    private static final GatewaySettings.Bounds SMALL = new GatewaySettings.Bounds(10, 10, 2, 200, 1000, 30);

    /** What ends all the same did not wait for a time-out. */
    private static final Timeouts PATIENT = new Timeouts(FOR_EVER, FOR_EVER, FOR_EVER, Duration.ZERO, Duration.ZERO);

    private static final Duration SOON = Duration.ofMillis(150);

    @Test
    void oneConnectionServesManyRequests() throws Exception {
        RawParticipant bank = raw(InstructionSenderTest::obey);
        Transport.Route route = route(bank.url(), PATIENT);
        for (int i = 0; i < 100; i++) {
            assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        }
        assertThat(bank.connections()).isEqualTo(1);
    }

    @Test
    void requestsInFlightTogetherHaveAConnectionEachAndBothAreKept() throws Exception {
        BlockingQueue<Talk> waiting = new LinkedBlockingQueue<>();
        RawParticipant bank = raw(talk -> {
            while (true) {
                Talk.Request request = talk.request();
                waiting.add(talk);
                await("another one", () -> waiting.size() % 2 == 0);
                talk.say(request.reply());
            }
        });
        Transport.Route route = route(bank.url(), PATIENT);
        for (int i = 0; i < 10; i++) {
            List<CompletableFuture<Reply>> both = List.of(send(route), send(route));
            for (CompletableFuture<Reply> each : both) {
                assertThat(reply(each)).isInstanceOf(Reply.Answered.class);
            }
        }
        assertThat(bank.connections()).isEqualTo(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "::1"})
    void requestSaysWhereItGoesAndWhatItCarries(String address) throws Exception {
        BlockingQueue<String> heads = new LinkedBlockingQueue<>();
        RawParticipant bank = closing(RawParticipant.on(address, talk -> {
            Talk.Request request = talk.request();
            heads.add(request.head());
            talk.say(request.reply());
        }));
        String host = (address.contains(":") ? "[" + address + "]" : address) + ":" + bank.port();
        assertThat(sent(route(new ParticipantUrl("http://" + host + "/a/b"), PATIENT)))
                .isInstanceOf(Reply.Answered.class);
        assertThat(next(heads).toLowerCase(java.util.Locale.ROOT).split("\r\n"))
                .startsWith("post /a/b http/1.1")
                .contains("host: " + host, "content-type: application/json", "accept: application/json");
    }

    @Test
    void keptConnectionThatIsClosedUnderARequestIsReplacedAtOnce() throws Exception {
        RawParticipant bank = raw(talk -> {
            talk.say(talk.request().reply());
            talk.request();
            if (talk.number() > 1) {
                throw new AssertionError("the second connection was asked twice");
            }
        });
        Transport.Route route = route(bank.url(), PATIENT);
        assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        assertThat(bank.connections()).isEqualTo(2);
    }

    @Test
    void requestIsRepeatedOnceOnly() throws Exception {
        RawParticipant bank = raw(talk -> {
            if (talk.number() == 1) {
                talk.say(talk.request().reply());
            }
            talk.request();
        });
        Transport.Route route = route(bank.url(), PATIENT);
        assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        assertBroken(sent(route), "no reply: the connection was closed");
        assertThat(bank.connections()).isEqualTo(2);
    }

    @Test
    void requestOnANewConnectionIsNotRepeated() throws Exception {
        RawParticipant bank = raw(Talk::request);
        assertBroken(sent(route(bank.url(), PATIENT)), "no reply: the connection was closed");
        assertThat(bank.connections()).isEqualTo(1);
    }

    @Test
    void requestIsNotRepeatedOnceItsReplyHasBegun() throws Exception {
        RawParticipant bank = raw(talk -> {
            talk.say(talk.request().reply());
            talk.request();
            talk.say("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{");
        });
        Transport.Route route = route(bank.url(), PATIENT);
        assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        assertBroken(sent(route), "no reply: the connection was closed before its end");
        assertThat(bank.connections()).isEqualTo(1);
    }

    @Test
    void connectionThatIsClosedWhileIdleIsNotUsed() throws Exception {
        RawParticipant bank = raw(talk -> talk.say(talk.request().reply()));
        Transport.Route route = route(bank.url(), PATIENT);
        for (int i = 1; i <= 3; i++) {
            assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
            assertThat(next(bank.ended())).isEqualTo(i);
        }
        assertThat(bank.connections()).isEqualTo(3);
    }

    @Test
    void idleConnectionIsClosedAfterItsTimeAndNoSooner() throws Exception {
        RawParticipant bank = raw(InstructionSenderTest::obey);
        Transport.Route route = route(bank.url(), new Timeouts(FOR_EVER, FOR_EVER, SOON, Duration.ZERO, Duration.ZERO));
        long before = System.nanoTime();
        assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        assertThat(next(bank.ended())).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isGreaterThanOrEqualTo(SOON);
    }

    @Test
    void drippingBodyEndsWithTheTimeoutAndItsConnectionToo() throws Exception {
        RawParticipant bank = raw(talk -> {
            Talk.Request request = talk.request();
            if (talk.number() > 1) {
                talk.say(request.reply());
                return;
            }
            talk.say("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            talk.socket().setSoTimeout(10);
            while (true) {
                try {
                    talk.awaitEnd();
                    return;
                } catch (java.net.SocketTimeoutException e) {
                    talk.say(" ");
                }
            }
        });
        Transport.Route route = route(bank.url(), new Timeouts(FOR_EVER, SOON, FOR_EVER, Duration.ZERO, Duration.ZERO));
        assertBroken(sent(route), "no reply within 150 ms");
        assertThat(next(bank.ended())).isEqualTo(1);
        assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        assertThat(bank.connections()).isEqualTo(2);
    }

    /** Replies with which the connection ends. */
    static Stream<String> last() {
        return Stream.of(
                "HTTP/1.1 200 OK\r\n\r\n%s",
                "HTTP/1.0 200 OK\r\n\r\n%s",
                "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: %d\r\n\r\n%s",
                "HTTP/1.0 200 OK\r\nContent-Length: %d\r\n\r\n%s");
    }

    @ParameterizedTest
    @MethodSource("last")
    void replyMayEndTheConnection(String reply) throws Exception {
        RawParticipant bank = raw(talk -> {
            String body = talk.request().body();
            talk.say(reply.contains("%d") ? reply.formatted(body.length(), body) : reply.formatted(body));
            if (reply.contains("%d")) {
                talk.awaitEnd();
            }
        });
        Transport.Route route = route(bank.url(), PATIENT);
        for (int i = 1; i <= 2; i++) {
            assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
            assertThat(next(bank.ended())).isEqualTo(i);
        }
        assertThat(bank.connections()).isEqualTo(2);
    }

    @Test
    void chunkedAndInterimRepliesAreReadAndTheirConnectionKept() throws Exception {
        RawParticipant bank = raw(talk -> {
            while (true) {
                String body = talk.request().body();
                talk.say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n");
                talk.say("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                for (int i = 0; i < body.length(); i++) {
                    talk.say("1\r\n" + body.charAt(i) + "\r\n");
                }
                talk.say("0\r\nX-Trailer: 1\r\n\r\n");
            }
        });
        Transport.Route route = route(bank.url(), PATIENT);
        for (int i = 0; i < 3; i++) {
            assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        }
        assertThat(bank.connections()).isEqualTo(1);
    }

    @Test
    void anotherProtocolIsRefused() throws Exception {
        RawParticipant bank = raw(talk -> {
            talk.request();
            talk.say("HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n");
            talk.awaitEnd();
        });
        assertBroken(sent(route(bank.url(), PATIENT)), "no reply: it wants to speak another protocol");
        assertThat(next(bank.ended())).isEqualTo(1);
    }

    /** No line end, a line, a whole reply: each read differently by who takes it for the beginning of the next. */
    @ParameterizedTest
    @ValueSource(
            strings = {"x", "\r\n", "garbage\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 14\r\n\r\n{\"results\":[]}"})
    void whatFollowsAReplySpoilsTheConnection(String garbage) throws Exception {
        RawParticipant bank = raw(talk -> {
            talk.say(talk.request().reply() + garbage);
            talk.awaitEnd();
        });
        Transport.Route route = route(bank.url(), PATIENT);
        for (int i = 1; i <= 2; i++) {
            assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
            assertThat(next(bank.ended())).isEqualTo(i);
        }
        assertThat(bank.connections()).isEqualTo(2);
    }

    @Test
    void whatComesUnaskedSpoilsTheConnection() throws Exception {
        BlockingQueue<Talk> idle = new LinkedBlockingQueue<>();
        RawParticipant bank = raw(talk -> {
            talk.say(talk.request().reply());
            idle.add(talk);
            talk.awaitEnd();
        });
        Transport.Route route = route(bank.url(), PATIENT);
        for (int i = 1; i <= 2; i++) {
            assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
            sayUnlessClosed(next(idle), "x");
            assertThat(next(bank.ended())).isEqualTo(i);
        }
        assertThat(bank.connections()).isEqualTo(2);
    }

    /** The sender keeps only a connection whose request it knows to be out, so it may have closed this one before. */
    private static void sayUnlessClosed(Talk talk, String text) throws IOException {
        try {
            talk.say(text);
        } catch (SocketException e) {
            assertThat(e).hasMessage("Socket is closed");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 ",
                "HTTP/1.1 200 OK\r\nX-0: ",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1;",
                "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nX-0: "
            })
    void endlessHeadIsCutOff(String begin) throws Exception {
        RawParticipant bank = raw(talk -> {
            talk.request();
            talk.say(begin);
            talk.keepSaying("a".repeat(1000));
        });
        assertBroken(sent(route(bank.url(), PATIENT)), "no reply: it can't be read");
        assertThat(next(bank.ended())).isEqualTo(1);
    }

    @Test
    void manyHeadersAreCutOff() throws Exception {
        RawParticipant bank = raw(talk -> {
            talk.request();
            talk.say("HTTP/1.1 200 OK\r\n");
            talk.keepSaying("X: 1\r\n");
        });
        assertBroken(sent(route(bank.url(), PATIENT)), "no reply: it can't be read");
        assertThat(next(bank.ended())).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n",
                "HTTP/1.1 500 Oh\r\nContent-Length: 1000000000\r\n\r\n",
                "HTTP/1.1 200 OK\r\n\r\n"
            })
    void longReplyIsCutOff(String head) throws Exception {
        RawParticipant bank = raw(talk -> {
            talk.request();
            talk.say(head);
            talk.keepSaying("a".repeat(100));
        });
        assertBroken(sent(route(bank.url(), PATIENT)), "no reply: it is longer than 1000 bytes");
        assertThat(next(bank.ended())).isEqualTo(1);
    }

    /** The reply counts, but what was not sent yet would go on in front of the next request. */
    @Test
    void replyBeforeTheRequestIsFullySentCountsAndEndsTheConnection() throws Exception {
        ServerSocket narrow = new ServerSocket();
        narrow.setReceiveBufferSize(4096);
        narrow.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        RawParticipant bank = closing(new RawParticipant(narrow, talk -> {
            talk.head();
            talk.say("HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\n\r\n");
            talk.socket().setKeepAlive(true);
            talk.awaitEnd();
        }));
        EventLoops narrowLoops = new EventLoops(LOOPS.group(), () -> {
            NioSocketChannel channel = new NioSocketChannel();
            channel.config().setSendBufferSize(4096);
            return channel;
        });
        InstructionSender sender =
                new InstructionSender(new GatewaySettings(SMALL, PATIENT, SHORT_PAUSES), narrowLoops);
        closing(sender::close);
        Transport.Route route = sender.open(bank.url());
        List<Instruction> many = IntStream.range(0, 1000)
                .mapToObj(_ -> new Instruction(Action.COMMIT, gtrid(), Bqual.mint(), "e".repeat(200)))
                .toList();
        for (int i = 1; i <= 2; i++) {
            assertBroken(reply(route.send(many)), "HTTP status 413");
            assertThat(next(bank.ended())).isEqualTo(i);
        }
        assertThat(bank.connections()).isEqualTo(2);
    }

    @Test
    void connectionThatDoesNotComeAboutEndsWithItsTimeout() throws Exception {
        try (ServerSocket full = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                Socket first = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort());
                Socket second = new Socket(InetAddress.getLoopbackAddress(), full.getLocalPort())) {
            assertThat(List.of(first, second)).allMatch(Socket::isConnected);
            Transport.Route route = route(
                    new ParticipantUrl("http://127.0.0.1:" + full.getLocalPort() + "/assent"),
                    new Timeouts(SOON, FOR_EVER, FOR_EVER, Duration.ZERO, Duration.ZERO));
            assertUnreachable(sent(route), "no connection within 150 ms");
        }
    }

    @Test
    void handshakeThatDoesNotEndIsNoConnection() throws Exception {
        RawParticipant bank = raw(Talk::awaitEnd);
        Transport.Route route = route(
                new ParticipantUrl("https://127.0.0.1:" + bank.port() + "/assent"),
                new Timeouts(SOON, FOR_EVER, FOR_EVER, Duration.ZERO, Duration.ZERO));
        do {
            // The first time may be over before the trust store is read.
            assertUnreachable(sent(route), "no connection within 150 ms");
        } while (bank.connections() == 0);
        assertThat(next(bank.ended())).isEqualTo(1);
    }

    @Test
    void unknownHostIsNoConnection() throws Exception {
        Transport.Route route = route(new ParticipantUrl("http://nowhere.invalid/assent"), TIMEOUTS);
        assertUnreachable(sent(route), "no connection");
    }

    @Test
    void closingEndsWhatIsUnderWayAndTakesNothingNew() throws Exception {
        RawParticipant bank = raw(Talk::awaitEnd);
        InstructionSender sender = sender(PATIENT);
        Transport.Route route = sender.open(bank.url());
        CompletableFuture<Reply> underWay = send(route);
        await("the connection", () -> bank.connections() == 1);
        sender.close();
        assertBroken(reply(underWay), "no reply: the gateway was closed");
        assertThat(next(bank.ended())).isEqualTo(1);
        assertBroken(sent(route), "no reply: the gateway was closed");
        assertThat(bank.connections()).isEqualTo(1);
    }

    @Test
    void closingEndsWhatIsBeingConnected() throws Exception {
        RawParticipant bank = raw(Talk::awaitEnd);
        InstructionSender sender = sender(PATIENT);
        CompletableFuture<Reply> underWay =
                send(sender.open(new ParticipantUrl("https://127.0.0.1:" + bank.port() + "/assent")));
        await("the connection", () -> bank.connections() == 1);
        sender.close();
        assertBroken(reply(underWay), "no reply: the gateway was closed");
        assertThat(next(bank.ended())).isEqualTo(1);
    }

    @Test
    void closingARouteClosesItsIdleConnections() throws Exception {
        RawParticipant bank = raw(InstructionSenderTest::obey);
        Transport.Route route = route(bank.url(), PATIENT);
        assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        route.close();
        assertThat(next(bank.ended())).isEqualTo(1);
    }

    private static void obey(Talk talk) throws java.io.IOException {
        while (true) {
            talk.say(talk.request().reply());
        }
    }

    private RawParticipant raw(Script script) {
        return closing(RawParticipant.on("127.0.0.1", script));
    }

    private InstructionSender sender(Timeouts timeouts) {
        InstructionSender sender = new InstructionSender(new GatewaySettings(SMALL, timeouts, SHORT_PAUSES), LOOPS);
        closing(sender::close);
        return sender;
    }

    private Transport.Route route(ParticipantUrl participant, Timeouts timeouts) {
        return sender(timeouts).open(participant);
    }

    private static CompletableFuture<Reply> send(Transport.Route route) {
        return route.send(List.of(new Instruction(Action.COMMIT, gtrid(), Bqual.mint(), "")));
    }

    private static Reply sent(Transport.Route route) throws Exception {
        return reply(send(route));
    }

    private static Reply reply(CompletableFuture<Reply> sent) throws Exception {
        return sent.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void assertBroken(Reply reply, String error) {
        assertFailed(reply, Reply.Cause.BROKEN, error);
    }

    private static void assertUnreachable(Reply reply, String error) {
        assertFailed(reply, Reply.Cause.UNREACHABLE, error);
    }

    private static void assertFailed(Reply reply, Reply.Cause cause, String error) {
        assertThat(reply).isInstanceOfSatisfying(Reply.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo(cause);
            assertThat(failed.error()).startsWith(error);
        });
    }
}

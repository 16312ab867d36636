package io.assent.coordinator.adapter.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Instruction;
import io.assent.api.Instruction.Action;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.participant.GatewaySettings.Timeouts;
import io.netty.channel.Channel;
import io.netty.channel.ChannelException;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NoRouteToHostException;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A participant's name with several addresses: one of them that is dead keeps nothing from being delivered. */
class ManyAddressesTest extends GatewayFixture {

    /** Of a machine that is switched off: it says nothing at all. */
    private static final String DEAF = "127.0.0.3";

    private static final String UNREACHABLE = "127.0.0.4";
    private static final Duration SOON = Duration.ofMillis(5);
    private static final Duration SHORT = Duration.ofMillis(300);

    private final List<Channel> made = new CopyOnWriteArrayList<>();
    private final List<String> makers = new CopyOnWriteArrayList<>();
    private final AtomicInteger refusals = new AtomicInteger();

    @Test
    void theNextIsTriedAtOnceWhenOneRefuses() throws Exception {
        RawParticipant bank = bank();
        assertThat(sent(bank, FOR_EVER, FOR_EVER, "127.0.0.2", "127.0.0.1")).isInstanceOf(Reply.Answered.class);
        assertThat(bank.connections()).isEqualTo(1);
    }

    @Test
    void theNextIsTriedWhenOneSaysNothing() throws Exception {
        RawParticipant bank = bank();
        assertThat(sent(bank, FOR_EVER, SOON, DEAF, DEAF, "127.0.0.1")).isInstanceOf(Reply.Answered.class);
        assertThat(made).hasSize(3);
        await(
                "the attempts that lost to be given up",
                () -> made.stream().filter(Channel::isOpen).count() == 1);
    }

    @Test
    void theFirstIsUsedIfItAnswers() throws Exception {
        RawParticipant bank = bank();
        assertThat(sent(bank, FOR_EVER, FOR_EVER, "127.0.0.1", DEAF)).isInstanceOf(Reply.Answered.class);
        assertThat(made).hasSize(1);
    }

    @Test
    void itFailsOnceAllHaveAndSaysWhatTheFirstSaid() throws Exception {
        RawParticipant gone = bank();
        gone.close();
        assertThat(sent(gone, FOR_EVER, FOR_EVER, "127.0.0.1", UNREACHABLE))
                .isInstanceOfSatisfying(Reply.Failed.class, failed -> {
                    assertThat(failed.cause()).isEqualTo(Reply.Cause.UNREACHABLE);
                    assertThat(failed.error()).contains("refused");
                });
        assertThat(made).hasSize(2);
    }

    @Test
    void theNextIsTriedOnTheLoopWhenThereIsNoChannelForOne() throws Exception {
        refusals.set(1);
        RawParticipant bank = bank();
        assertThat(sent(bank, FOR_EVER, FOR_EVER, "127.0.0.1", "127.0.0.1")).isInstanceOf(Reply.Answered.class);
        assertThat(made).hasSize(1);
        assertThat(makers).hasSize(2).allMatch(thread -> thread.startsWith("loop"));
    }

    @Test
    void oneThatRefusesDoesNotEndTheAttemptAtAnother() throws Exception {
        assertTimesOut(sent(bank(), SHORT, SOON, DEAF, "127.0.0.2"));
    }

    @Test
    void theTimeoutIsForAllOfThem() throws Exception {
        RawParticipant bank = bank();
        assertTimesOut(sent(bank, SHORT, FOR_EVER, DEAF, "127.0.0.1"));
        assertThat(bank.connections()).isZero();
    }

    private void assertTimesOut(Reply reply) {
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Failed.class,
                        failed -> assertThat(failed.error())
                                .isEqualTo("no connection within " + SHORT.toMillis() + " ms"));
        await("all to be given up", () -> made.stream().noneMatch(Channel::isOpen));
    }

    private RawParticipant bank() {
        return closing(RawParticipant.on("127.0.0.1", talk -> {
            while (true) {
                talk.say(talk.request().reply());
            }
        }));
    }

    /** What comes of a delivery to a name that has these addresses. */
    private Reply sent(RawParticipant bank, Duration connectTimeout, Duration nextAfter, String... addresses)
            throws Exception {
        Timeouts timeouts = new Timeouts(connectTimeout, PATIENCE, PATIENCE, Duration.ZERO, Duration.ZERO);
        InstructionSender sender = new InstructionSender(
                new GatewaySettings(BOUNDS, timeouts, SHORT_PAUSES),
                new EventLoops(LOOPS.group(), this::channel),
                new Dialer.Addresses(name -> addressesOf(name, addresses), nextAfter));
        closing(sender::close);
        return sender.open(new ParticipantUrl("http://bank.test:" + bank.port() + "/assent"))
                .send(List.of(new Instruction(Action.COMMIT, gtrid(), Bqual.mint(), "")))
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static List<InetAddress> addressesOf(String name, String... addresses) throws UnknownHostException {
        if (!name.equals("bank.test")) {
            throw new UnknownHostException(name);
        }
        List<InetAddress> found = new ArrayList<>();
        for (String address : addresses) {
            found.add(InetAddress.getByName(address));
        }
        return found;
    }

    private Channel channel() {
        makers.add(Thread.currentThread().getName());
        if (refusals.getAndDecrement() > 0) {
            throw new ChannelException("too many open files");
        }
        Channel channel = new NioSocketChannel() {
            @Override
            protected boolean doConnect(SocketAddress remote, SocketAddress local) throws Exception {
                return switch (((InetSocketAddress) remote).getAddress().getHostAddress()) {
                    case DEAF -> false;
                    case UNREACHABLE -> throw new NoRouteToHostException("no route");
                    default -> super.doConnect(remote, local);
                };
            }
        };
        made.add(channel);
        return channel;
    }
}

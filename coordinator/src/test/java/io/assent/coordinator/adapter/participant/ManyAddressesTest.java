package io.assent.coordinator.adapter.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Instruction;
import io.assent.api.Instruction.Action;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.participant.GatewaySettings.Timeouts;
import io.netty.channel.Channel;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A participant's name with several addresses: one of them that is dead keeps nothing from being delivered. */
class ManyAddressesTest extends GatewayFixture {

    private static final String DEAF = "127.0.0.3";

    private final List<Channel> made = new CopyOnWriteArrayList<>();

    @Test
    void theNextIsTriedWhenOneRefuses() throws Exception {
        RawParticipant bank = bank("127.0.0.1");
        assertThat(sent(bank, FOR_EVER, "127.0.0.2", "127.0.0.1")).isInstanceOf(Reply.Answered.class);
        assertThat(bank.connections()).isEqualTo(1);
    }

    @Test
    void theNextIsTriedWhenOneSaysNothing() throws Exception {
        RawParticipant bank = bank("127.0.0.1");
        assertThat(sent(bank, FOR_EVER, DEAF, DEAF, "127.0.0.1")).isInstanceOf(Reply.Answered.class);
        assertThat(made).hasSize(3);
        await(
                "the attempts that lost",
                () -> made.stream().filter(Channel::isOpen).count() == 1);
    }

    @Test
    void theFirstIsUsedIfItAnswers() throws Exception {
        RawParticipant other = bank("127.0.0.2");
        RawParticipant bank = bank("127.0.0.1");
        assertThat(sent(bank, FOR_EVER, "127.0.0.1", "127.0.0.2")).isInstanceOf(Reply.Answered.class);
        assertThat(made).hasSize(1);
        assertThat(other.connections()).isZero();
    }

    @Test
    void itFailsOnceAllHaveRefused() throws Exception {
        RawParticipant gone = bank("127.0.0.1");
        gone.close();
        assertThat(sent(gone, FOR_EVER, "127.0.0.1", "127.0.0.2"))
                .isInstanceOfSatisfying(Reply.Failed.class, failed -> {
                    assertThat(failed.cause()).isEqualTo(Reply.Cause.UNREACHABLE);
                    assertThat(failed.error()).contains("refused");
                });
        assertThat(made).hasSize(2);
    }

    @Test
    void theTimeoutIsForAllOfThem() throws Exception {
        RawParticipant bank = bank("127.0.0.1");
        assertThat(sent(bank, Duration.ofMillis(400), DEAF, DEAF, DEAF, DEAF, "127.0.0.1"))
                .isInstanceOfSatisfying(
                        Reply.Failed.class,
                        failed -> assertThat(failed.error()).isEqualTo("no connection within 400 ms"));
        await("all to be given up", () -> made.stream().noneMatch(Channel::isOpen));
        assertThat(bank.connections()).isZero();
    }

    private RawParticipant bank(String address) {
        return closing(RawParticipant.on(address, talk -> {
            while (true) {
                talk.say(talk.request().reply());
            }
        }));
    }

    /** What comes of a delivery to a name that has these addresses. */
    private Reply sent(RawParticipant bank, Duration connectTimeout, String... addresses) throws Exception {
        Timeouts timeouts = new Timeouts(connectTimeout, PATIENCE, PATIENCE, Duration.ZERO);
        InstructionSender sender = new InstructionSender(
                new GatewaySettings(BOUNDS, timeouts, SHORT_PAUSES),
                new EventLoops(LOOPS.group(), this::channel),
                name -> addressesOf(name, addresses));
        closing(sender::close);
        return sender.open(new ParticipantUrl("http://bank.test:" + bank.port() + "/assent"))
                .send(List.of(new Instruction(Action.COMMIT, gtrid(), Bqual.mint(), "")))
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static List<InetAddress> addressesOf(String name, String... addresses) throws UnknownHostException {
        assertThat(name).isEqualTo("bank.test");
        List<InetAddress> found = new CopyOnWriteArrayList<>();
        for (String address : addresses) {
            found.add(InetAddress.getByName(address));
        }
        return found;
    }

    private Channel channel() {
        Channel channel = new NioSocketChannel() {
            // A machine that is switched off says nothing at all.
            @Override
            protected boolean doConnect(SocketAddress remote, SocketAddress local) throws Exception {
                boolean deaf = ((InetSocketAddress) remote)
                        .getAddress()
                        .getHostAddress()
                        .equals(DEAF);
                return !deaf && super.doConnect(remote, local);
            }
        };
        made.add(channel);
        return channel;
    }
}

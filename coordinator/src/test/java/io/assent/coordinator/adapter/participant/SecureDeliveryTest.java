package io.assent.coordinator.adapter.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Bqual;
import io.assent.api.Instruction;
import io.assent.api.Instruction.Action;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.participant.GatewaySettings.Timeouts;
import io.assent.coordinator.adapter.participant.RawParticipant.Talk;
import io.assent.coordinator.testing.TestKeys;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An https participant needs a certificate that the JDK trusts, and that is for its host. */
class SecureDeliveryTest extends GatewayFixture {

    private static final String TRUST_STORE = "javax.net.ssl.trustStore";
    private static final String TRUST_STORE_PASSWORD = "javax.net.ssl.trustStorePassword";

    /** The first TLS handshake of a process loads much, on a busy machine for seconds. */
    private static final GatewaySettings PATIENT = new GatewaySettings(
            BOUNDS, new Timeouts(PATIENCE, PATIENCE, PATIENCE, Duration.ZERO, Duration.ZERO), SHORT_PAUSES);

    @TempDir
    private static Path directory;

    private static TestKeys keys;

    @BeforeAll
    static void makeKeys() throws Exception {
        keys = TestKeys.in(directory);
    }

    @AfterEach
    void trustTheUsual() {
        System.clearProperty(TRUST_STORE);
        System.clearProperty(TRUST_STORE_PASSWORD);
    }

    @Test
    void trustedCertificateOfTheHostIsAccepted() throws Exception {
        RawParticipant bank = bank();
        trustIt();
        Transport.Route route = route("localhost", bank);
        for (int i = 0; i < 3; i++) {
            assertThat(sent(route)).isInstanceOf(Reply.Answered.class);
        }
        assertThat(bank.connections()).isEqualTo(1);
    }

    @Test
    void trustedCertificateOfAnotherHostIsRefused() throws Exception {
        RawParticipant bank = bank();
        trustIt();
        assertRefused(sent(route("127.0.0.1", bank)), "127.0.0.1");
    }

    @Test
    void certificateThatNobodyTrustsIsRefused() throws Exception {
        assertRefused(sent(route("localhost", bank())), "certif");
    }

    private static void assertRefused(Reply reply, String reason) {
        assertThat(reply).isInstanceOfSatisfying(Reply.Failed.class, failed -> {
            assertThat(failed.cause()).isEqualTo(Reply.Cause.UNREACHABLE);
            assertThat(failed.error()).startsWith("no connection: ").contains(reason);
        });
    }

    private RawParticipant bank() throws Exception {
        return closing(new RawParticipant(
                keys.serving().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress()),
                SecureDeliveryTest::obey));
    }

    private static void obey(Talk talk) throws java.io.IOException {
        while (true) {
            talk.say(talk.request().reply());
        }
    }

    private static void trustIt() {
        System.setProperty(TRUST_STORE, keys.file().toString());
        System.setProperty(TRUST_STORE_PASSWORD, TestKeys.PASSWORD);
    }

    private Transport.Route route(String host, RawParticipant bank) {
        InstructionSender sender = new InstructionSender(PATIENT, LOOPS);
        closing(sender::close);
        return sender.open(new ParticipantUrl("https://" + host + ":" + bank.port() + "/assent"));
    }

    private static Reply sent(Transport.Route route) throws Exception {
        return route.send(List.of(new Instruction(Action.COMMIT, gtrid(), Bqual.mint(), "")))
                .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    }
}

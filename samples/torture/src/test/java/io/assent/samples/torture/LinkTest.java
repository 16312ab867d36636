package io.assent.samples.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.samples.demo.Ports;
import io.assent.samples.torture.Gate.Direction;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
@SuppressWarnings("NullAway.Init") // set up before each test
class LinkTest {

    private static final int SILENCE_MILLIS = 200;
    private static final int PATIENCE_MILLIS = 20_000;

    private ServerSocket server;
    private Link link;
    private Socket client;
    private Socket accepted;

    @BeforeEach
    void connect() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        int port = Ports.free();
        link = new Link("a", "b", new InetSocketAddress(InetAddress.getLoopbackAddress(), port), server.getLocalPort());
        client = new Socket(InetAddress.getLoopbackAddress(), port);
        accepted = server.accept();
        client.setSoTimeout(PATIENCE_MILLIS);
        accepted.setSoTimeout(PATIENCE_MILLIS);
    }

    @AfterEach
    void close() throws IOException {
        client.close();
        accepted.close();
        link.close();
        server.close();
    }

    @Test
    void carriesBothWays() throws IOException {
        client.getOutputStream().write(1);
        assertThat(accepted.getInputStream().read()).isEqualTo(1);
        accepted.getOutputStream().write(2);
        assertThat(client.getInputStream().read()).isEqualTo(2);
    }

    @Test
    void holdsBackOneWayOnlyAndDeliversLater() throws IOException {
        link.gate().cut(Direction.REQUEST);
        client.getOutputStream().write(1);
        accepted.getOutputStream().write(2);
        assertThat(client.getInputStream().read()).isEqualTo(2);
        assertHearsNothing(accepted);
        link.gate().mend(Direction.REQUEST);
        assertThat(accepted.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void deliversARequestWhoseSenderHasGone() throws IOException {
        link.gate().cut(Direction.REQUEST);
        client.getOutputStream().write(1);
        client.close();
        assertHearsNothing(accepted);
        link.gate().mend(Direction.REQUEST);
        assertThat(accepted.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void staysCutUntilTheLastOfTwoCutsIsMended() throws IOException {
        link.gate().cut(Direction.REPLY);
        link.gate().cut(Direction.REPLY);
        link.gate().mend(Direction.REPLY);
        accepted.getOutputStream().write(1);
        assertHearsNothing(client);
        link.gate().mend(Direction.REPLY);
        assertThat(client.getInputStream().read()).isEqualTo(1);
    }

    @Test
    void takesAtLeastItsDelay() throws IOException {
        Duration delay = Duration.ofMillis(100);
        link.gate().slow(delay);
        long sent = System.nanoTime();
        accepted.getOutputStream().write(1);
        assertThat(client.getInputStream().read()).isEqualTo(1);
        assertThat(Duration.ofNanos(System.nanoTime() - sent)).isGreaterThanOrEqualTo(delay);
    }

    @Test
    void breaksConnectionsSoThatBothSidesNotice() throws IOException {
        link.reset();
        assertThat(isOver(client)).isTrue();
        assertThat(isOver(accepted)).isTrue();
    }

    private static void assertHearsNothing(Socket socket) throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(PATIENCE_MILLIS);
    }

    /** By a reset or by an end, whichever arrives first; not by silence. */
    private static boolean isOver(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (SocketException e) {
            return true;
        }
    }
}

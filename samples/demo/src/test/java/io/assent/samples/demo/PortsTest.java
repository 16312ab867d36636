package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class PortsTest {

    private static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

    @Test
    void freePortsAreBelowThoseOfOutgoingConnectionsAndNeverTheSame() {
        List<Integer> ports =
                IntStream.range(0, 200).mapToObj(_ -> Ports.free()).toList();

        assertThat(ports).doesNotHaveDuplicates().allMatch(port -> port >= 10_000 && port < 32_768);
    }

    @Test
    void aPortThatIsListenedOnIsNotGiven() throws IOException {
        try (ServerSocket listening = new ServerSocket(0, 1, LOOPBACK)) {
            assertThat(Ports.preferring(listening.getLocalPort())).isNotEqualTo(listening.getLocalPort());
        }
    }

    @Test
    void aPortThatAnotherProcessHasClaimedIsNotGivenThoughNobodyListensYet() throws IOException {
        try (DatagramSocket claim = new DatagramSocket(0, LOOPBACK)) {
            assertThat(Ports.preferring(claim.getLocalPort())).isNotEqualTo(claim.getLocalPort());
        }
    }

    @Test
    void aPortThatIsFreeIsGivenOnce() throws IOException {
        int port;
        try (ServerSocket before = new ServerSocket(0, 1, LOOPBACK)) {
            port = before.getLocalPort();
        }
        assertThat(Ports.preferring(port)).isEqualTo(port);
        assertThat(Ports.isFree(port)).isTrue();
        assertThat(Ports.preferring(port)).isNotEqualTo(port);
    }
}

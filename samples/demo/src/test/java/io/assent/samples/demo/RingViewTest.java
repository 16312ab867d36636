package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.client.Ring;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;

/** Two members, of which the second owns a quarter of the slots. */
class RingViewTest {

    static final byte[] BODY = body();

    private static final String GTRID = "0197b9a4-6b1f-7c3e-8f27-3d0f6a4f9f10";

    @Test
    void saysWhatShareEachMemberOwns() {
        assertThat(RingView.read(BODY)).hasToString("c1 75.0 %, c2 25.0 %");
    }

    @Test
    void knowsWhoIsAMember() {
        assertThat(RingView.read(BODY).isMember("c2")).isTrue();
        assertThat(RingView.read(BODY).isMember("c3")).isFalse();
    }

    @Test
    void everyTransactionHasOneOwner() {
        RingView ring = RingView.read(BODY);
        assertThat(ring.isOwnedBy("http://127.0.0.1:1", GTRID))
                .isNotEqualTo(ring.isOwnedBy("http://127.0.0.1:2", GTRID));
    }

    private static byte[] body() {
        byte[] owners = new byte[Ring.SLOTS];
        byte[] successors = new byte[Ring.SLOTS];
        for (int slot = 0; slot < Ring.SLOTS; slot++) {
            owners[slot] = (byte) (slot % 4 == 0 ? 1 : 0);
            successors[slot] = (byte) (1 - owners[slot]);
        }
        String json = """
                {"version":"0123456789abcdef","slots":4096,
                 "members":[{"replica":"c1","url":"http://127.0.0.1:1","share":0.75},
                            {"replica":"c2","url":"http://127.0.0.1:2","share":0.25}],
                 "leaving":[],"owners":"%s","successors":"%s"}""".formatted(
                Base64.getEncoder().encodeToString(owners), Base64.getEncoder().encodeToString(successors));
        return json.getBytes(StandardCharsets.UTF_8);
    }
}

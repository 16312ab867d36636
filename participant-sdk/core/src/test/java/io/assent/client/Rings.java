package io.assent.client;

import io.assent.api.Gtrid;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Rings as a coordinator would tell them: slot s belongs to member s mod n, and the next one takes over. */
final class Rings {

    static final String V1 = "00000000000000a1";
    static final String V2 = "00000000000000a2";
    static final String V3 = "00000000000000a3";

    /** So long that no test depends on it. */
    static final RingKeeper.Waits PATIENT = new RingKeeper.Waits(Duration.ofSeconds(30), Duration.ofHours(1));

    private Rings() {}

    /** Homes whose turn never ends. */
    static HomeReplicas homes() {
        return new HomeReplicas(17, () -> 0);
    }

    static String json(String version, String... urls) {
        return json(
                version, Ring.SLOTS, table(slot -> slot % urls.length), table(slot -> (slot + 1) % urls.length), urls);
    }

    static String json(String version, int slots, String owners, String successors, String... urls) {
        String members = Arrays.stream(urls)
                .map(url -> "{\"replica\":\"r\",\"url\":\"" + url
                        + "\",\"incarnation\":\"0b0c5d0e-0000-4000-8000-000000000000\",\"share\":0.3337,\"since\":{}}")
                .collect(Collectors.joining(","));
        return "{\"version\":\"" + version + "\",\"slots\":" + slots + ",\"members\":[" + members + "],\"owners\":\""
                + owners + "\",\"successors\":\"" + successors + "\",\"later\":[1,2.5,{\"x\":null}]}";
    }

    static String table(IntUnaryOperator memberOfSlot) {
        return table(Ring.SLOTS, memberOfSlot);
    }

    static String table(int slots, IntUnaryOperator memberOfSlot) {
        byte[] table = new byte[slots];
        for (int slot = 0; slot < slots; slot++) {
            table[slot] = (byte) memberOfSlot.applyAsInt(slot);
        }
        return Base64.getEncoder().encodeToString(table);
    }

    static Ring read(String json) {
        return Ring.read(json.getBytes(StandardCharsets.UTF_8));
    }

    /** A fresh id that this member owns. */
    static Gtrid ownedBy(int member, int members) {
        return Stream.generate(Gtrid::mint)
                .filter(gtrid -> Ring.slot(gtrid) % members == member)
                .findFirst()
                .orElseThrow();
    }

    static List<Gtrid> minted(int count) {
        return Stream.generate(Gtrid::mint).limit(count).toList();
    }
}

package io.assent.samples.demo;

import io.assent.api.Gtrid;
import io.assent.api.JsonObject;
import io.assent.client.Ring;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The ring as a replica tells it: who takes part, and how much of the transactions each owns.
 *
 * @param members in the order in which the replica names them
 * @param owners which of them owns a transaction
 */
record RingView(List<Member> members, Ring owners) {

    private static final double PERCENT = 100.0;

    /** @param share of the transactions, at most 1 */
    record Member(String name, String url, double share) {}

    RingView {
        members = List.copyOf(members);
    }

    /** @throws io.assent.api.MalformedException if it is no answer to {@code GET /v1/ring} */
    static RingView read(byte[] body) {
        JsonObject ring = JsonObject.parse(body);
        int[] slots = new int[ring.objects("members").size()];
        for (byte owner : Base64.getDecoder().decode(ring.string("owners"))) {
            slots[Byte.toUnsignedInt(owner)]++;
        }
        List<Member> members = new ArrayList<>();
        for (JsonObject member : ring.objects("members")) {
            double share = (double) slots[members.size()] / Ring.SLOTS;
            members.add(new Member(member.string("replica"), member.string("url"), share));
        }
        return new RingView(members, Ring.read(body));
    }

    boolean isMember(String name) {
        return members.stream().anyMatch(member -> member.name().equals(name));
    }

    boolean isOwnedBy(String url, String gtrid) {
        return owners.replicasFor(Gtrid.parse(gtrid)).getFirst().toString().equals(url);
    }

    /** Such as {@code c1 33.4 %, c2 33.3 %, c3 33.3 %}. */
    @Override
    public String toString() {
        return members.stream()
                .map(member -> String.format(Locale.ROOT, "%s %.1f %%", member.name(), PERCENT * member.share()))
                .collect(Collectors.joining(", "));
    }
}

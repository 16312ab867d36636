package io.assent.coordinator.adapter.postgres;

import io.assent.api.AbortReason;
import io.assent.api.Bqual;
import io.assent.api.BranchId;
import io.assent.api.Inquiring;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.protocol.ListedBranch;
import io.assent.coordinator.protocol.ListedBranch.PhaseTwo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The compact form of what a row says beside its outcome: participants once each, branches, labels, reason. Of a
 * participant's URL only what differs from the one before it. A version is never changed once released, only followed by
 * another; version 1 had the URLs in full.
 */
final class RowCodec {

    private static final int VERSION = 2;
    private static final int WITH_FULL_URLS = 1;
    private static final int CANNOT_INQUIRE = 1;
    private static final int PHASE_TWO_SHIFT = 1;
    private static final int PHASE_TWO_MASK = 3;
    private static final int PACKED_BQUAL = 8;
    private static final int NUMERIC_EVIDENCE = 16;
    private static final int DIGITS_MAX = 18;

    record Detail(
            List<ListedBranch> branches,
            Map<String, String> labels,
            @Nullable AbortReason reason) {}

    private RowCodec() {}

    static byte[] encode(Detail detail) {
        ByteWriter out = new ByteWriter();
        out.number(VERSION);
        Map<ParticipantUrl, Integer> participants = new LinkedHashMap<>();
        detail.branches().forEach(b -> participants.putIfAbsent(b.id().participant(), participants.size()));
        out.number(participants.size());
        write(out, participants.keySet());
        out.number(detail.branches().size());
        detail.branches().forEach(b -> write(out, b, participants));
        out.number(detail.labels().size());
        detail.labels().forEach((key, value) -> {
            out.text(key);
            out.text(value);
        });
        AbortReason reason = detail.reason();
        out.text(reason == null ? "" : reason.code().name());
        if (reason != null) {
            out.text(reason.detail());
        }
        return out.toBytes();
    }

    /** @throws CorruptRowException if the bytes are none that {@link #encode} makes */
    static Detail decode(byte[] bytes) {
        ByteReader in = new ByteReader(bytes);
        long version = in.number();
        if (version != VERSION && version != WITH_FULL_URLS) {
            throw new CorruptRowException(
                    "row format " + version + " is not known here: it was written by a newer Assent");
        }
        try {
            List<ParticipantUrl> participants = readParticipants(in, version);
            List<ListedBranch> branches = new ArrayList<>();
            for (int i = in.count(); i > 0; i--) {
                branches.add(readBranch(in, participants));
            }
            Map<String, String> labels = new LinkedHashMap<>();
            for (int i = in.count(); i > 0; i--) {
                labels.put(in.text(), in.text());
            }
            String code = in.text();
            AbortReason reason = code.isEmpty() ? null : new AbortReason(AbortReason.Code.valueOf(code), in.text());
            in.end();
            return new Detail(branches, labels, reason);
        } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
            throw new CorruptRowException("row can't be read: " + e.getMessage());
        }
    }

    /** Each as how many characters it begins and ends with like the one before, and what is between. */
    private static void write(ByteWriter out, Collection<ParticipantUrl> participants) {
        String before = "";
        for (ParticipantUrl participant : participants) {
            String url = participant.value();
            int longest = Math.min(url.length(), before.length());
            int head = 0;
            while (head < longest && url.charAt(head) == before.charAt(head)) {
                head++;
            }
            int tail = 0;
            while (tail < longest - head && fromEnd(url, tail) == fromEnd(before, tail)) {
                tail++;
            }
            out.number(head);
            out.number(tail);
            out.text(url.substring(head, url.length() - tail));
            before = url;
        }
    }

    private static char fromEnd(String text, int index) {
        return text.charAt(text.length() - 1 - index);
    }

    private static List<ParticipantUrl> readParticipants(ByteReader in, long version) {
        List<ParticipantUrl> participants = new ArrayList<>();
        String before = "";
        for (int i = in.count(); i > 0; i--) {
            String head = version == WITH_FULL_URLS ? "" : before.substring(0, (int) in.number());
            String tail = version == WITH_FULL_URLS ? "" : before.substring(before.length() - (int) in.number());
            before = head + in.text() + tail;
            participants.add(new ParticipantUrl(before));
        }
        return participants;
    }

    /** Whether it is the decimal form of a positive number below 10^18. By hand: each row is written once for every transaction. */
    private static boolean isNumeric(String evidence) {
        int length = evidence.length();
        if (length == 0 || length > DIGITS_MAX || evidence.charAt(0) == '0') {
            return false;
        }
        for (int i = 0; i < length; i++) {
            char c = evidence.charAt(i);
            if (c < '0' || c > '9') {
                return false;
            }
        }
        return true;
    }

    private static void write(ByteWriter out, ListedBranch branch, Map<ParticipantUrl, Integer> participants) {
        String bqual = branch.id().bqual().value();
        byte[] random = PackedBqual.randomPart(bqual);
        boolean numeric = isNumeric(branch.evidence());
        int flags = (branch.inquiring() == Inquiring.CANNOT ? CANNOT_INQUIRE : 0)
                | (code(branch.phaseTwo()) << PHASE_TWO_SHIFT)
                | (random.length > 0 ? PACKED_BQUAL : 0)
                | (numeric ? NUMERIC_EVIDENCE : 0);
        out.number(flags);
        Integer participant = participants.get(branch.id().participant());
        out.number(participant == null ? 0 : participant);
        if (random.length > 0) {
            out.text(PackedBqual.prefix(bqual));
            out.bytes(random);
        } else {
            out.text(bqual);
        }
        if (numeric) {
            out.number(Long.parseLong(branch.evidence()));
        } else {
            out.text(branch.evidence());
        }
    }

    private static ListedBranch readBranch(ByteReader in, List<ParticipantUrl> participants) {
        int flags = (int) in.number();
        ParticipantUrl participant = participants.get((int) in.number());
        String bqual = (flags & PACKED_BQUAL) == 0
                ? in.text()
                : in.text() + PackedBqual.text(in.bytes(PackedBqual.RANDOM_BYTES));
        String evidence = (flags & NUMERIC_EVIDENCE) == 0 ? in.text() : Long.toString(in.number());
        PhaseTwo phaseTwo = phaseTwo((flags >> PHASE_TWO_SHIFT) & PHASE_TWO_MASK);
        Inquiring inquiring = (flags & CANNOT_INQUIRE) == 0 ? Inquiring.CAN : Inquiring.CANNOT;
        return new ListedBranch(new BranchId(participant, new Bqual(bqual)), inquiring, phaseTwo, evidence);
    }

    private static int code(PhaseTwo phaseTwo) {
        return switch (phaseTwo) {
            case TOLD -> 0;
            case READ_ONLY -> 1;
            case VOTED_NO -> 2;
        };
    }

    private static PhaseTwo phaseTwo(int code) {
        return switch (code) {
            case 0 -> PhaseTwo.TOLD;
            case 1 -> PhaseTwo.READ_ONLY;
            case 2 -> PhaseTwo.VOTED_NO;
            default -> throw new CorruptRowException("row has a branch of kind " + code + ", which is not known here");
        };
    }
}

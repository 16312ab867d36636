package io.assent.client;

import io.assent.api.Gtrid;
import io.assent.api.JsonObject;
import io.assent.api.MalformedException;
import java.net.URI;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Which replica owns which transaction, as the coordinator told it by {@code GET /v1/ring}. A table of slots, so that no
 * client has to know how the coordinator divides them. Wrong or old, it costs a detour and nothing else: every replica
 * answers every request rightly. Immutable.
 */
public final class Ring {

    /** How many slots the transactions are spread over. */
    public static final int SLOTS = 4096;

    static final int MEMBERS_MAX = 255;

    /** What is owned by one of 255 is found by then but once in ten million times. */
    private static final int MINTS_MAX = 4096;

    private static final int SLOT_SHIFT = 52;
    private static final Pattern VERSION = Pattern.compile("[0-9a-f]{16}");

    private final String version;
    private final List<URI> members;
    private final byte[] owners;
    private final byte[] successors;

    private Ring(String version, List<URI> members, byte[] owners, byte[] successors) {
        this.version = version;
        this.members = members;
        this.owners = owners;
        this.successors = successors;
    }

    /**
     * Reads the body of a reply; fields it does not know are passed over.
     *
     * @throws MalformedException naming the field that is not as documented
     */
    public static Ring read(byte[] body) {
        JsonObject json = JsonObject.parse(body);
        String version = json.string("version");
        if (!isVersion(version)) {
            throw new MalformedException("version", version, "must be 16 hexadecimal digits in lower case");
        }
        long slots = json.number("slots", 0);
        if (slots != SLOTS) {
            throw new MalformedException("slots", Long.toString(slots), "must be " + SLOTS);
        }
        List<URI> members = members(json);
        byte[] owners = table(json, "owners", members.size());
        byte[] successors = table(json, "successors", members.size());
        return new Ring(version, members, owners, successors);
    }

    /** Whether a text has the form of a ring's version. */
    static boolean isVersion(String text) {
        return VERSION.matcher(text).matches();
    }

    /**
     * The slot of a transaction: the high 12 bits of its id's low half, mixed. The mixing is the finalizer of MurmurHash3
     * (Austin Appleby, {@code fmix64}, public domain).
     */
    public static int slot(Gtrid gtrid) {
        long mixed = gtrid.value().getLeastSignificantBits();
        mixed ^= mixed >>> 33;
        mixed *= 0xff51afd7ed558ccdL;
        mixed ^= mixed >>> 33;
        mixed *= 0xc4ceb9fe1a85ec53L;
        mixed ^= mixed >>> 33;
        return (int) (mixed >>> SLOT_SHIFT);
    }

    public String version() {
        return version;
    }

    /** Base URLs of the members, in the order in which the coordinator named them. */
    public List<URI> members() {
        return members;
    }

    /** All members, each once: the owner, who takes over from it, and the others in turn from there. */
    public List<URI> replicasFor(Gtrid gtrid) {
        int slot = slot(gtrid);
        int successor = Byte.toUnsignedInt(successors[slot]);
        Set<URI> replicas = new LinkedHashSet<>();
        replicas.add(members.get(Byte.toUnsignedInt(owners[slot])));
        for (int i = 0; i < members.size(); i++) {
            replicas.add(members.get((successor + i) % members.size()));
        }
        return List.copyOf(replicas);
    }

    /** A fresh id that this member owns. Counts on from a random one, which takes less time than to draw each anew. */
    Gtrid mintOwnedBy(URI member) {
        int owner = members.indexOf(member);
        Gtrid gtrid = Gtrid.mint();
        for (int i = 0; i < MINTS_MAX && Byte.toUnsignedInt(owners[slot(gtrid)]) != owner; i++) {
            gtrid = Gtrid.mint(
                    gtrid.mintedAtMillis(),
                    gtrid.value().getMostSignificantBits(),
                    gtrid.value().getLeastSignificantBits() + 1);
        }
        return gtrid;
    }

    private static List<URI> members(JsonObject json) {
        List<URI> members = new ArrayList<>();
        for (JsonObject member : json.objects("members")) {
            members.add(ClientSettings.replica(member.string("url")));
        }
        if (members.isEmpty() || members.size() > MEMBERS_MAX) {
            throw new MalformedException("members", members.size() + " elements", "must be 1 to " + MEMBERS_MAX);
        }
        return List.copyOf(members);
    }

    private static byte[] table(JsonObject json, String field, int members) {
        String text = json.string(field);
        byte[] table;
        try {
            table = Base64.getDecoder().decode(text);
        } catch (IllegalArgumentException e) {
            throw new MalformedException(field, text, "must be base64 (RFC 4648, section 4)");
        }
        if (table.length != SLOTS) {
            throw new MalformedException(field, table.length + " bytes", "must be " + SLOTS + " bytes in base64");
        }
        for (byte index : table) {
            if (Byte.toUnsignedInt(index) >= members) {
                throw new MalformedException(
                        field,
                        Integer.toString(Byte.toUnsignedInt(index)),
                        "must be below " + members + ", the members");
            }
        }
        return table;
    }
}

package io.assent.coordinator.ring;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;

/**
 * Consistent hashing with bounded loads (Karger et al., 1997; Mirrokni, Thorup and Zadimoghaddam, "Consistent Hashing with
 * Bounded Loads", SODA 2018). The key space is cut into {@value #SLOTS} slots; each member stands on the circle with a number of virtual
 * nodes; a slot belongs to the first member clockwise that owns fewer than {@code (1 + ε) × mean} slots.
 *
 * <p>The same members give the same ring everywhere, in whatever order they are listed. Immutable and thread-safe.
 */
public final class Ring {

    /** Fine enough that a bound of 1.1 holds for all members there may be, coarse enough to be built in a millisecond. */
    public static final int SLOTS = 4096;

    /** An index of a member fits into a byte. */
    public static final int MEMBERS_MAX = 255;

    private static final int SLOT_SHIFT = Long.SIZE - Integer.numberOfTrailingZeros(SLOTS);

    public static final int VIRTUAL_NODES_DEFAULT = 128;
    public static final double LOAD_BOUND_DEFAULT = 0.1;

    private record Point(long position, int member) {}

    private final List<String> members;
    private final Point[] circle;
    private final short[] ownerOfSlot;
    private final short[] successorOfSlot;

    private Ring(List<String> members, Point[] circle, short[] ownerOfSlot) {
        this.members = members;
        this.circle = circle;
        this.ownerOfSlot = ownerOfSlot;
        this.successorOfSlot = successors(circle, ownerOfSlot);
    }

    /** With the default number of virtual nodes and the default bound. */
    public static Ring of(Collection<String> memberIds) {
        return of(memberIds, VIRTUAL_NODES_DEFAULT, LOAD_BOUND_DEFAULT);
    }

    /**
     * @param memberIds at least one; repeated ids count once
     * @param virtualNodes points on the circle for each member, at least 1
     * @param loadBound ε: no member owns more than {@code ceil((1 + ε) × mean)} slots; greater than 0
     */
    public static Ring of(Collection<String> memberIds, int virtualNodes, double loadBound) {
        List<String> members = List.copyOf(new TreeSet<>(memberIds));
        if (members.isEmpty() || members.size() > MEMBERS_MAX) {
            throw new IllegalArgumentException("members '" + members.size() + "' must be 1 to " + MEMBERS_MAX);
        }
        if (virtualNodes < 1 || !(loadBound > 0)) {
            throw new IllegalArgumentException(
                    "virtualNodes '" + virtualNodes + "' must be at least 1 and loadBound '" + loadBound + "' above 0");
        }
        Point[] circle = circle(members, virtualNodes);
        int slotsMax = (int) Math.floor((1 + loadBound) * SLOTS / members.size());
        short[] owners = assign(circle, members.size(), Math.max(slotsMax, (SLOTS - 1) / members.size() + 1));
        return new Ring(members, circle, owners);
    }

    /** The member that normally does the work of this transaction. */
    public String owner(UUID gtrid) {
        return members.get(ownerIndex(gtrid));
    }

    /** The index of the owner among {@link #members}. */
    public int ownerIndex(UUID gtrid) {
        return ownerOfSlot[slot(gtrid)];
    }

    /** The index of the next member round the circle after the owner, among {@link #members}; the owner's if there is no other. */
    public int successorIndex(UUID gtrid) {
        return successorOfSlot[slot(gtrid)];
    }

    /** All members in the order in which they are to be tried: the owner first, then on around the circle. */
    public List<String> order(UUID gtrid) {
        LinkedHashSet<String> order = new LinkedHashSet<>();
        int slot = slot(gtrid);
        order.add(members.get(ownerOfSlot[slot]));
        int start = firstAtOrAfter(circle, position(slot));
        for (int i = 0; i < circle.length && order.size() < members.size(); i++) {
            order.add(members.get(circle[(start + i) % circle.length].member()));
        }
        return new ArrayList<>(order);
    }

    /** In order of their ids. */
    public List<String> members() {
        return members;
    }

    /** For each slot the index of its owner among {@link #members}. */
    public byte[] owners() {
        return bytes(ownerOfSlot);
    }

    /** For each slot the index of the next member round the circle after its owner; the owner where there is no other. */
    public byte[] successors() {
        return bytes(successorOfSlot);
    }

    private static byte[] bytes(short[] memberOfSlot) {
        byte[] bytes = new byte[SLOTS];
        for (int slot = 0; slot < SLOTS; slot++) {
            bytes[slot] = (byte) memberOfSlot[slot];
        }
        return bytes;
    }

    /** What share of the key space each member owns; the shares add up to 1. */
    public SortedMap<String, Double> shares() {
        int[] slots = new int[members.size()];
        for (short owner : ownerOfSlot) {
            slots[owner]++;
        }
        SortedMap<String, Double> shares = new TreeMap<>();
        for (int i = 0; i < slots.length; i++) {
            shares.put(members.get(i), slots[i] / (double) SLOTS);
        }
        return Collections.unmodifiableSortedMap(shares);
    }

    /** The low half of a UUIDv7 is random; the high half is the time, which must not decide who works. */
    public static int slot(UUID gtrid) {
        return (int) (Hash64.mix(gtrid.getLeastSignificantBits()) >>> SLOT_SHIFT);
    }

    private static Point[] circle(List<String> members, int virtualNodes) {
        Point[] circle = new Point[members.size() * virtualNodes];
        for (int m = 0; m < members.size(); m++) {
            for (int v = 0; v < virtualNodes; v++) {
                circle[m * virtualNodes + v] = new Point(Hash64.of(members.get(m) + "#" + v), m);
            }
        }
        Arrays.sort(
                circle,
                Comparator.comparingLong((Point p) -> p.position() ^ Long.MIN_VALUE)
                        .thenComparingInt(Point::member));
        return circle;
    }

    private static short[] assign(Point[] circle, int members, int slotsMax) {
        short[] owners = new short[SLOTS];
        int[] owned = new int[members];
        for (int slot = 0; slot < SLOTS; slot++) {
            int at = firstAtOrAfter(circle, position(slot));
            while (owned[circle[at].member()] >= slotsMax) {
                at = (at + 1) % circle.length;
            }
            owners[slot] = (short) circle[at].member();
            owned[circle[at].member()]++;
        }
        return owners;
    }

    private static short[] successors(Point[] circle, short[] owners) {
        short[] successors = new short[SLOTS];
        for (int slot = 0; slot < SLOTS; slot++) {
            int at = firstAtOrAfter(circle, position(slot));
            for (int i = 0; i < circle.length && circle[at].member() == owners[slot]; i++) {
                at = (at + 1) % circle.length;
            }
            successors[slot] = (short) circle[at].member();
        }
        return successors;
    }

    /** Slots lie on the circle where their own hash puts them, not side by side, so that neighbours move apart. */
    private static long position(int slot) {
        return Hash64.of("slot#" + slot);
    }

    private static int firstAtOrAfter(Point[] circle, long position) {
        int low = 0;
        int high = circle.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (Long.compareUnsigned(circle[middle].position(), position) < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low % circle.length;
    }
}

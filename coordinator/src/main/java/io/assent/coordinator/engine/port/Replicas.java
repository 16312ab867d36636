package io.assent.coordinator.engine.port;

import io.assent.api.Gtrid;
import io.assent.coordinator.ring.Hash64;
import io.assent.coordinator.ring.Ring;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The replicas that are alive, and the ring of those that take work. Immutable. */
public final class Replicas {

    /** What a replica does for the others. */
    public enum Duty {
        /** It has claimed its id and does not listen yet. */
        JOINING,
        SERVING,
        /** It ends what it has begun and takes nothing new. */
        LEAVING
    }

    /**
     * @param id given by the operator; the ring is made of ids
     * @param incarnation minted at each start of the process
     * @param url where clients and other replicas reach it
     */
    public record Member(String id, UUID incarnation, String url, Duty duty) {}

    /** How the ring is made. The same everywhere, or replicas disagree about who owns what. */
    public record RingSettings(int virtualNodes, double loadBound) {
        public RingSettings {
            if (virtualNodes < 1 || virtualNodes > VIRTUAL_NODES_MAX) {
                throw new IllegalArgumentException(
                        "virtualNodes '" + virtualNodes + "' must be 1 to " + VIRTUAL_NODES_MAX);
            }
            if (!(loadBound > 0 && loadBound <= LOAD_BOUND_MAX)) {
                throw new IllegalArgumentException(
                        "loadBound '" + loadBound + "' must be above 0 and at most " + LOAD_BOUND_MAX);
            }
        }

        public static RingSettings defaults() {
            return new RingSettings(Ring.VIRTUAL_NODES_DEFAULT, Ring.LOAD_BOUND_DEFAULT);
        }
    }

    private static final int VIRTUAL_NODES_MAX = 4096;
    private static final double LOAD_BOUND_MAX = 10;

    private final UUID self;
    private final List<Member> alive;
    private final List<Member> serving;
    private final Set<UUID> incarnations;
    private final @Nullable Ring ring;
    private final String version;

    private Replicas(UUID self, List<Member> alive, RingSettings settings) {
        this.self = self;
        this.alive = alive;
        this.serving = alive.stream()
                .filter(m -> m.duty() == Duty.SERVING)
                .limit(Ring.MEMBERS_MAX)
                .toList();
        this.incarnations = alive.stream().map(Member::incarnation).collect(Collectors.toUnmodifiableSet());
        List<String> ids = serving.stream().map(Member::id).toList();
        this.ring = ids.isEmpty() ? null : Ring.of(ids, settings.virtualNodes(), settings.loadBound());
        this.version = Hash64.hex(
                serving.stream().map(m -> m.id() + " " + m.url() + "\n").collect(Collectors.joining()) + settings);
    }

    /**
     * @param self the incarnation of this replica
     * @param alive every replica that is alive, at most one of an id, in any order
     */
    public static Replicas of(UUID self, List<Member> alive, RingSettings settings) {
        List<Member> sorted = new ArrayList<>(alive);
        sorted.sort(Comparator.comparing(Member::id));
        return new Replicas(self, List.copyOf(sorted), settings);
    }

    /** Only this replica, which takes everything. */
    public static Replicas alone(Member self) {
        return of(self.incarnation(), List.of(self), RingSettings.defaults());
    }

    /** Whether this replica is the one that normally does the work of the transaction, and finishes it after a crash. */
    public boolean isOwn(Gtrid gtrid) {
        return owner(gtrid).filter(m -> isSelf(m.incarnation())).isPresent();
    }

    /** Whether this replica is the next one after the owner. */
    public boolean isBackup(Gtrid gtrid) {
        return ring != null
                && isSelf(serving.get(ring.successorIndex(gtrid.value())).incarnation())
                && !isOwn(gtrid);
    }

    /** Whether this replica is about to take work, and there is no other one. */
    public boolean isFirst() {
        return alive.size() == 1
                && alive.getFirst().duty() == Duty.JOINING
                && isSelf(alive.getFirst().incarnation());
    }

    /** Empty while no replica takes work. */
    public Optional<Member> owner(Gtrid gtrid) {
        return ring == null ? Optional.empty() : Optional.of(serving.get(ring.ownerIndex(gtrid.value())));
    }

    public boolean isAlive(UUID incarnation) {
        return incarnations.contains(incarnation);
    }

    /** The incarnation of this replica. */
    public UUID self() {
        return self;
    }

    public boolean isSelf(UUID incarnation) {
        return incarnation.equals(self);
    }

    /** Every replica that is alive, by id. */
    public List<Member> alive() {
        return alive;
    }

    /** Those that take work, by id; the ring's tables index this list. */
    public List<Member> serving() {
        return serving;
    }

    /** Empty while no replica takes work. */
    public Optional<Ring> ring() {
        return Optional.ofNullable(ring);
    }

    /** Changes with the ids, the URLs and the settings of the ring, and is the same everywhere for the same ones. */
    public String version() {
        return version;
    }
}

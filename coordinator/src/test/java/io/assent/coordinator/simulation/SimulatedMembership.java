package io.assent.coordinator.simulation;

import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.assent.coordinator.engine.port.Replicas.Duty;
import io.assent.coordinator.engine.port.Replicas.Member;
import io.assent.coordinator.engine.port.Replicas.RingSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What one replica knows of the others: as old as its last look at the roll, and for a while plainly wrong if the plan says
 * so. Those that look at different times, or stand still, or can't reach the log, disagree.
 */
final class SimulatedMembership implements Membership {

    private static final Duration RENEW_INTERVAL = Duration.ofSeconds(1);
    private static final Duration LISTENS_AFTER = Duration.ofMillis(200);
    private static final RingSettings RING = new RingSettings(8, 0.25);

    private static final int KNOWN_MAX = 10_000;

    private record View(UUID self, List<Member> alive) {}

    /** A ring takes milliseconds to make, and runs of many seeds know the same ones. */
    private static final Map<View, Replicas> KNOWN = new ConcurrentHashMap<>();

    private final World world;
    private final Host host;
    private final List<Runnable> listeners = new ArrayList<>();
    private Member self;
    private List<Member> others = List.of();
    private Replicas replicas;
    /** Which of the others it overlooks, as bits; 0 if none. */
    private int overlooked;

    SimulatedMembership(World world, Host host, UUID incarnation) {
        this.world = world;
        this.host = host;
        this.self = new Member(host.name, incarnation, "http://" + host.name, Duty.JOINING);
        this.replicas = replicas(incarnation, List.of(self));
    }

    private static Replicas replicas(UUID self, List<Member> alive) {
        if (KNOWN.size() > KNOWN_MAX) {
            KNOWN.clear();
        }
        return KNOWN.computeIfAbsent(new View(self, List.copyOf(alive)), v -> Replicas.of(v.self, v.alive, RING));
    }

    void start() {
        renew();
        host.after(LISTENS_AFTER, () -> become(Duty.SERVING));
    }

    void leave() {
        become(Duty.LEAVING);
    }

    /** Takes these others for dead from now on, whatever the roll says. */
    void overlook(int which) {
        overlooked = which;
        show();
    }

    private void become(Duty duty) {
        self = new Member(self.id(), self.incarnation(), self.url(), duty);
        show();
    }

    private void renew() {
        Member now = self;
        world.network.<List<Member>>call(
                host,
                world.log.host,
                "renew",
                reply -> reply.accept(world.log.roll.renew(now)),
                alive -> {
                    others = alive;
                    show();
                },
                () -> {});
        host.after(RENEW_INTERVAL, this::renew);
    }

    private void show() {
        List<Member> all = new ArrayList<>();
        for (Member other : others) {
            int number = world.numberOf(other.id());
            if ((overlooked >> number & 1) == 0) {
                all.add(other);
            }
        }
        all.add(self);
        all.sort(Comparator.comparing(Member::id));
        if (all.equals(replicas.alive())) {
            return;
        }
        Replicas fresh = replicas(self.incarnation(), all);
        replicas = fresh;
        world.trace.note(
                host.name,
                "",
                "takes for the ring " + fresh.serving().stream().map(Member::id).toList());
        List.copyOf(listeners).forEach(Runnable::run);
    }

    @Override
    public Replicas replicas() {
        return replicas;
    }

    @Override
    public void onChange(Runnable action) {
        listeners.add(action);
    }

    @Override
    public Standing standing() {
        return new Standing(Optional.empty());
    }
}

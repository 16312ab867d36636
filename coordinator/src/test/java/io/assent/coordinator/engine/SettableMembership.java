package io.assent.coordinator.engine;

import io.assent.coordinator.engine.port.Membership;
import io.assent.coordinator.engine.port.Replicas;
import io.assent.coordinator.engine.port.Replicas.Duty;
import io.assent.coordinator.engine.port.Replicas.Member;
import io.assent.coordinator.engine.port.Replicas.RingSettings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Replicas as a test says. */
public final class SettableMembership implements Membership {

    private final Member self;
    private final List<Runnable> listeners = new ArrayList<>();
    private Replicas replicas;

    public SettableMembership(Member self) {
        this.self = self;
        this.replicas = Replicas.alone(self);
    }

    /** A replica that serves; ids with the same name are the same replica at another time. */
    public static Member member(String id, long incarnation) {
        return new Member(id, new UUID(0, incarnation), "http://" + id, Duty.SERVING);
    }

    /** From now on these are alive, as far as this replica knows. */
    public void become(Member... alive) {
        replicas = Replicas.of(self.incarnation(), List.of(alive), RingSettings.defaults());
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

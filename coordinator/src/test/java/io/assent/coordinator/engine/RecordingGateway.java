package io.assent.coordinator.engine;

import io.assent.api.BranchId;
import io.assent.api.Decision;
import io.assent.api.Gtrid;
import io.assent.api.ParticipantUrl;
import io.assent.api.Vote;
import io.assent.coordinator.engine.port.ParticipantGateway;
import io.assent.coordinator.protocol.Acknowledgement;
import io.assent.coordinator.protocol.ListedBranch;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;

/** A gateway whose participants answer when the test says so. */
final class RecordingGateway implements ParticipantGateway {

    static final Duration PROMPT = Duration.ofMillis(20);

    record Told(BranchId branch, Decision decision) {}

    final List<Told> told = new ArrayList<>();
    final Map<BranchId, Consumer<Vote>> asked = new TreeMap<>();
    final Map<BranchId, Consumer<Delivered>> open = new TreeMap<>();
    final Set<ParticipantUrl> prompt = new TreeSet<>(Comparator.comparing(ParticipantUrl::toString));
    Offer offer = Offer.TAKEN;

    @Override
    public Offer askVote(Gtrid gtrid, ListedBranch branch, Consumer<Vote> then) {
        asked.put(branch.id(), then);
        return offer;
    }

    @Override
    public void stopAsking(Gtrid gtrid, BranchId branch) {
        asked.remove(branch);
    }

    @Override
    public void stopTelling(Gtrid gtrid, BranchId branch) {
        open.remove(branch);
    }

    @Override
    public Offer deliver(Gtrid gtrid, ListedBranch branch, Decision decision, Consumer<Delivered> then) {
        told.add(new Told(branch.id(), decision));
        if (offer == Offer.TAKEN) {
            open.put(branch.id(), then);
        }
        return offer;
    }

    @Override
    public Duration expectedWithin(ParticipantUrl participant) {
        return prompt.contains(participant) ? PROMPT : Duration.ZERO;
    }

    @Override
    public Optional<Attempts> attempts(Gtrid gtrid, BranchId branch) {
        return Optional.empty();
    }

    void vote(BranchId branch, Vote vote) {
        Objects.requireNonNull(asked.get(branch), () -> branch + " was not asked")
                .accept(vote);
    }

    void acknowledge(BranchId branch) {
        acknowledge(branch, new Acknowledgement.Applied());
    }

    void acknowledge(BranchId branch, Acknowledgement acknowledgement) {
        Objects.requireNonNull(open.remove(branch), () -> branch + " was not told")
                .accept(new Delivered.Acknowledged(acknowledgement));
    }

    void acknowledgeAll() {
        while (!open.isEmpty()) {
            acknowledge(open.keySet().iterator().next());
        }
    }
}

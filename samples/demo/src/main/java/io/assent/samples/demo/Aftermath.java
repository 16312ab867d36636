package io.assent.samples.demo;

import io.assent.api.Decision;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** What follows a kill: others take over where there are any, the process starts again, and what was in doubt is resolved. */
final class Aftermath {

    private static final Duration FIRST_DECISION_PATIENCE = Duration.ofSeconds(15);
    private static final Duration RESOLVE_PATIENCE = Duration.ofSeconds(90);

    private final Scene scene;
    private final Blow blow;

    /**
     * The kill itself.
     *
     * @param ring as it was before, if others are to take over
     * @param killedAt before the signal was sent
     * @param deadAt when the process was gone
     */
    record Blow(
            Crash crash,
            ServiceProcess victim,
            String gtrid,
            InDoubt.Situation situation,
            InDoubt.Snapshot atCrash,
            Optional<RingView> ring,
            Instant killedAt,
            Instant deadAt) {}

    Aftermath(Scene scene, Blow blow) {
        this.scene = scene;
        this.blow = blow;
    }

    /** Returns when the process is back and nothing is left that was in doubt. */
    Kill watch() {
        return blow.ring().isPresent() ? whileOthersTakeOver(blow.ring().get()) : afterStartingAgain();
    }

    private Kill afterStartingAgain() {
        startAgain();
        Duration downFor = sinceKill();
        awaitResolved();
        Kill kill = kill(Optional.empty(), downFor, sinceKill());
        scene.screen().resolved(kill);
        return kill;
    }

    /** The process stays dead until others have done all of its work. */
    private Kill whileOthersTakeOver(RingView before) {
        RingView after = scene.rings().without(blow.victim().name());
        Duration ringChanged = sinceKill();
        awaitResolved();
        Duration resolvedAfter = sinceKill();
        Takeover takeover = new Takeover(before, after, firstDecision(before), ringChanged);
        scene.screen().takenOver(kill(Optional.of(takeover), Duration.ZERO, resolvedAfter), takeover);
        startAgain();
        Duration downFor = sinceKill();
        scene.screen().back(blow.victim().name(), downFor, scene.rings().withEveryone());
        return kill(Optional.of(takeover), downFor, resolvedAfter);
    }

    /**
     * Counts only what was decided when the process was gone, so that it can't be its own. Where nothing was under way that
     * it owned, that takes a new transaction which it would have owned, and clients that spare theirs may not come to one.
     */
    private Optional<Duration> firstDecision(RingView before) {
        String url = blow.victim().url();
        if (firstDecisionAt(before, url).isEmpty()) {
            scene.pace().hurry();
            Pause.until(() -> firstDecisionAt(before, url).isPresent(), FIRST_DECISION_PATIENCE);
            scene.pace().calm();
        }
        return firstDecisionAt(before, url).map(at -> Duration.between(blow.killedAt(), at));
    }

    private Optional<Instant> firstDecisionAt(RingView before, String url) {
        return scene.log().firstDecision(gtrid -> before.isOwnedBy(url, gtrid), blow.deadAt());
    }

    private void startAgain() {
        blow.victim().start();
        blow.victim().awaitReady();
    }

    private void awaitResolved() {
        if (!Pause.until(() -> scene.inDoubt().areGone(blow.atCrash()), RESOLVE_PATIENCE)) {
            throw new DemoException("what was in doubt when " + blow.victim().name() + " was killed is still so after "
                    + RESOLVE_PATIENCE.toSeconds() + " s");
        }
    }

    private Kill kill(Optional<Takeover> takeover, Duration downFor, Duration resolvedAfter) {
        return new Kill(
                blow.crash(),
                blow.victim().name(),
                blow.gtrid(),
                blow.situation(),
                blow.atCrash(),
                takeover,
                downFor,
                resolvedAfter,
                committed());
    }

    private long committed() {
        Map<String, Decision> decisions = scene.log().decisions();
        return blow.atCrash().gtrids().stream()
                .filter(gtrid -> decisions.get(gtrid) == Decision.COMMIT)
                .count();
    }

    private Duration sinceKill() {
        return Duration.between(blow.killedAt(), Instant.now());
    }
}

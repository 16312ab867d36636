package io.assent.micronaut;

import io.assent.api.CrashPoints;
import io.assent.participant.ParticipantCrashPoint;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.http.context.event.HttpRequestTerminatedEvent;
import jakarta.inject.Singleton;

/** Notices that a reply with a vote has left, which nothing but a {@link CrashPoints} implementation wants to know. */
@Singleton
final class VotedRequests implements ApplicationEventListener<HttpRequestTerminatedEvent> {

    @Override
    public void onApplicationEvent(HttpRequestTerminatedEvent event) {
        BoundTransaction served = TransactionServerFilter.of(event.getSource());
        if (served != null && served.hasPrepared()) {
            ParticipantCrashPoint.AFTER_VOTE.reached(served.scope().gtrid());
        }
    }
}

package io.assent.coordinator.adapter.http;

import io.assent.api.CrashPoints;
import io.assent.api.Gtrid;
import io.assent.coordinator.engine.port.CoordinatorCrashPoint;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.http.context.event.HttpRequestTerminatedEvent;
import jakarta.inject.Singleton;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Notices that an initiator has been answered, which nothing but a {@link CrashPoints} implementation wants to know. */
@Singleton
final class AnsweredRequests implements ApplicationEventListener<HttpRequestTerminatedEvent> {

    private static final Pattern OUTCOME = Pattern.compile(
            "/v1/transactions/([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})/(?:commit|rollback)");

    @Override
    public void onApplicationEvent(HttpRequestTerminatedEvent event) {
        if (CrashPoints.INSTALLED.equals(CrashPoints.NONE)) {
            return;
        }
        Matcher outcome = OUTCOME.matcher(event.getSource().getPath());
        if (outcome.matches()) {
            CoordinatorCrashPoint.AFTER_REPLY.reached(Gtrid.parse(outcome.group(1)));
        }
    }
}

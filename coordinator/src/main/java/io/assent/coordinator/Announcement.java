package io.assent.coordinator;

import io.assent.coordinator.adapter.http.Replica;
import io.assent.coordinator.engine.port.Membership;
import io.micronaut.context.event.ApplicationEventListener;
import io.micronaut.runtime.server.event.ServerStartupEvent;
import jakarta.inject.Singleton;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the other replicas and the clients of this one, once it listens. */
@Singleton
final class Announcement implements ApplicationEventListener<ServerStartupEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(Announcement.class);

    private final Coordinator coordinator;
    private final Membership membership;
    private final ServiceConfiguration service;
    private final Replica replica;

    Announcement(Coordinator coordinator, Membership membership, ServiceConfiguration service, Replica replica) {
        this.coordinator = coordinator;
        this.membership = membership;
        this.service = service;
        this.replica = replica;
    }

    @Override
    public void onApplicationEvent(ServerStartupEvent event) {
        String url = replica.url().get();
        if (service.publicUrl().isEmpty() && membership.replicas().alive().size() > 1) {
            LOG.warn(
                    "others will look for this replica where it may not be: set assent.url unless all replicas run on"
                            + " one machine url={}",
                    url);
        }
        coordinator.serve(url);
    }
}

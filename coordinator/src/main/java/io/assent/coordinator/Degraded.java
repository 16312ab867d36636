package io.assent.coordinator;

import io.micronaut.health.HealthStatus;

/**
 * Worse than UP and better than DOWN: a person should look, and a load balancer should not, so it is answered with 200. The framework
 * counts every indicator as part of readiness, and a replica that is taken out of service for half a trouble serves nobody.
 */
final class Degraded {

    private static final int BELOW_DOWN = 500;

    static final HealthStatus STATUS = new HealthStatus("DEGRADED", "works in part, see the details", null, BELOW_DOWN);

    private Degraded() {}
}

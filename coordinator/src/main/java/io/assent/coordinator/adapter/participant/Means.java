package io.assent.coordinator.adapter.participant;

import io.assent.api.CrashPoints;
import io.assent.coordinator.engine.port.Scheduler;

/** What all lanes share. */
record Means(
        GatewaySettings settings,
        Scheduler scheduler,
        Transport transport,
        BackOff backOff,
        GatewayStatistics statistics,
        CrashPoints crashPoints,
        UnderWay underWay) {}

package io.assent.coordinator.adapter.http;

import io.micronaut.context.annotation.Factory;
import jakarta.inject.Singleton;

@Factory
final class MemoryLogFactory {
    @Singleton
    MemoryLog log() {
        return new MemoryLog();
    }
}

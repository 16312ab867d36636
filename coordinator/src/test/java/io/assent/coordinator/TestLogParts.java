package io.assent.coordinator;

import jakarta.inject.Singleton;

@Singleton
final class TestLogParts implements LogParts {
    @Override
    public void close() {}
}

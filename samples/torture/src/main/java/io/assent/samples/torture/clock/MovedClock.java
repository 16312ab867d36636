package io.assent.samples.torture.clock;

import io.micronaut.context.annotation.Factory;
import io.micronaut.context.annotation.Primary;
import io.micronaut.context.annotation.Requires;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Gives a coordinator a wall clock that somebody else moves while it runs, by writing how far into a file. */
@Factory
final class MovedClock {

    /** The environment variable that names the file; in it stands by how many milliseconds the clock is ahead. */
    static final String VARIABLE = "TORTURE_CLOCK";

    private static final long LOOK_AGAIN_NANOS = Duration.ofMillis(100).toNanos();

    @Singleton
    @Primary // the coordinator has one of its own
    @Requires(property = "torture.clock")
    InstantSource wallClock() {
        Path file = Path.of(System.getenv().getOrDefault(VARIABLE, ""));
        return new Offset(file);
    }

    private static final class Offset implements InstantSource {

        private final Path file;
        private volatile long aheadMillis;
        private volatile long lookedNanos = System.nanoTime() - LOOK_AGAIN_NANOS;

        Offset(Path file) {
            this.file = file;
        }

        @Override
        public Instant instant() {
            return Instant.ofEpochMilli(millis());
        }

        @Override
        public long millis() {
            long now = System.nanoTime();
            if (now - lookedNanos >= LOOK_AGAIN_NANOS) {
                lookedNanos = now;
                aheadMillis = read();
            }
            return System.currentTimeMillis() + aheadMillis;
        }

        private long read() {
            try {
                String text = Files.readString(file).strip();
                return text.isEmpty() ? aheadMillis : Long.parseLong(text);
            } catch (NoSuchFileException e) {
                return 0;
            } catch (IOException e) {
                return aheadMillis; // being written
            }
        }
    }
}

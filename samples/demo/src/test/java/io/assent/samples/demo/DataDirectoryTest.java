package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class DataDirectoryTest {

    @TempDir
    Path directory;

    @Test
    void keepsItsPasswordReadableByNobodyElse() throws IOException {
        String password;
        try (DataDirectory data = DataDirectory.open(directory)) {
            password = data.password();
        }
        try (DataDirectory data = DataDirectory.open(directory)) {
            assertThat(data.password()).isEqualTo(password).hasSize(32);
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve("password"))))
                .isEqualTo("rw-------");
    }

    /** Within one JVM a second lock is refused by an exception; between two, by the message of the demo. */
    @Test
    void isHeldByOneInstanceAtATime() {
        try (DataDirectory _ = DataDirectory.open(directory)) {
            assertThatThrownBy(() -> DataDirectory.open(directory))
                    .isInstanceOfAny(OverlappingFileLockException.class, DemoException.class);
        }
        DataDirectory.open(directory).close();
    }

    @Test
    void endsACoordinatorThatAKilledInstanceLeftBehind() throws IOException, InterruptedException {
        Process leftover = new ProcessBuilder("sleep", "600").start();
        try (DataDirectory data = DataDirectory.open(directory)) {
            data.remember("coordinator", leftover.pid());
        }
        try (DataDirectory data = DataDirectory.open(directory)) {
            data.endLeftovers();
        }
        assertThat(leftover.waitFor()).isNotZero();
    }

    @Test
    void endsNobodyWhoOnlyHasTheSameNumber() throws IOException {
        Process stranger = new ProcessBuilder("sleep", "600").start();
        try (DataDirectory data = DataDirectory.open(directory)) {
            Files.writeString(directory.resolve("coordinator.pid"), stranger.pid() + "\n2001-01-01T00:00:00Z\n");
            Files.createDirectories(data.postgres());
            Files.writeString(data.postgres().resolve("postmaster.pid"), stranger.pid() + "\n");
            data.endLeftovers();
            assertThat(stranger.isAlive()).isTrue();
        } finally {
            stranger.destroyForcibly();
        }
    }
}

package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {

    @TempDir
    Path home;

    @BeforeEach
    void build() throws IOException {
        made("coordinator-1.jar", 100);
    }

    @Test
    void aCoordinatorStartsWithTheCacheOfTheServerRatherThanThatOfTheTests() throws IOException {
        made("short-lived.aot", 300);
        Path server = made("coordinator.aot", 200);

        assertThat(new Installation(home).startCache()).contains("-XX:AOTCache=" + server);
    }

    @Test
    void aCacheThatIsOlderThanTheJarIsNotUsed() throws IOException {
        made("coordinator.aot", 50);
        Path tests = made("short-lived.aot", 200);

        assertThat(new Installation(home).startCache()).contains("-XX:AOTCache=" + tests);
    }

    @Test
    void withoutACacheAStartIsAsEver() {
        assertThat(new Installation(home).startCache()).isEmpty();
    }

    private Path made(String name, long second) throws IOException {
        Path target = Files.createDirectories(home.resolve("coordinator/target"));
        Path file = Files.createFile(target.resolve(name));
        return Files.setLastModifiedTime(file, FileTime.fromMillis(second * 1000));
    }
}

package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class PostgresTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration A_MOMENT = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    @Test
    void isClosedWhenItsProcessHasEndedThoughTheLibraryNoLongerWaits() throws Exception {
        Postgres postgres =
                Postgres.start(directory.resolve("data"), directory.resolve("postgres.log"), Secrets.password());
        ProcessHandle postmaster = postgres.postmaster().orElseThrow();
        try {
            signal(postmaster, "STOP");
            Thread closing = Thread.ofPlatform().start(postgres::close);
            assertThat(Pause.until(PostgresTest::theLibraryWaits, PATIENCE)).isTrue();
            assertThat(Pause.until(() -> !theLibraryWaits(), PATIENCE)).isTrue();
            assertThat(closing.join(A_MOMENT)).isFalse();

            signal(postmaster, "CONT");
            assertThat(closing.join(PATIENCE)).isTrue();
            assertThat(postgres.postmaster()).isEmpty();
        } finally {
            postmaster.destroyForcibly();
        }
    }

    private static boolean theLibraryWaits() {
        return ProcessHandle.current()
                .descendants()
                .anyMatch(process -> process.info().command().orElse("").endsWith("pg_ctl"));
    }

    private static void signal(ProcessHandle process, String name) throws Exception {
        int status = new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
        assertThat(status).isZero();
    }
}

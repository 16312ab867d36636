package io.assent.coordinator.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.coordinator.testing.TestPostgres;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The coordinator as a process of its own: what it says when it can't start, and how it ends. */
class ApplicationTest {

    private static final long EXITS_WITHIN_SECONDS = 60;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ASSENT_ENGINE_UNDECIDED_MAX   | many   | assent.engine.undecided-max",
                "ASSENT_ENGINE_UNDECIDED_MAX   | 0      | assent.engine.undecided-max",
                "ASSENT_GATEWAY_BATCH_MAX      | 1001   | assent.gateway.batch-max",
                "ASSENT_HTTP_RETRY_AFTER       | soon   | assent.http.retry-after",
                "ASSENT_RECOVERY_PAGE          | 0      | assent.recovery.page",
                "ASSENT_LOG_DURABILITY         | sure   | assent.log.durability",
                "ASSENT_ALLOWED_ORIGINS        | bank   | assent.allowed-origins",
                "ASSENT_LOG_LEVEL              | loud   | assent.log.level",
            })
    void aWrongSettingIsNamedInOneLine(String variable, String value, String setting) throws Exception {
        // Before any database is asked.
        Map<String, String> environment = new HashMap<>(Map.of(
                "ASSENT_ALLOWED_ORIGINS", "loopback", "ASSENT_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/nowhere"));
        environment.put(variable, value);

        Process process = start(environment);

        assertRefuses(process, setting, variable, "'" + value + "'");
    }

    @Test
    void allThatIsMissingOrWrongIsNamedAtOnceALineEach() throws Exception {
        ProcessBuilder builder = CoordinatorProgram.with(StartCache.options());
        builder.environment()
                .putAll(Map.of(
                        "ASSENT_ENGINE_BRANCHES_MAX", "0", "ASSENT_HTTP_RETRY_AFTER", "soon", "ASSENT_URL", "here"));
        Process process = builder.start();
        List<String> lines = text(process.getErrorStream()).lines().toList();

        assertThat(process.waitFor(EXITS_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(lines)
                .allMatch(line -> line.startsWith("assent: setting assent."))
                .extracting(line -> line.replaceAll(".*environment: (\\w+)\\).*", "$1"))
                .containsExactlyInAnyOrder(
                        "ASSENT_DATABASE_URL",
                        "ASSENT_DATABASE_USER",
                        "ASSENT_DATABASE_PASSWORD",
                        "ASSENT_ALLOWED_ORIGINS",
                        "ASSENT_URL",
                        "ASSENT_ENGINE_BRANCHES_MAX",
                        "ASSENT_HTTP_RETRY_AFTER");
    }

    @Test
    void theDatabaseHasNoDefault() throws Exception {
        Map<String, String> without = Map.of("ASSENT_ALLOWED_ORIGINS", "loopback", "ASSENT_DATABASE_URL", "");
        assertRefuses(start(without), "assent.database.url", "ASSENT_DATABASE_URL");
    }

    @Test
    void aDatabaseThatDoesNotAnswerIsNamedWithTheRemedy() throws Exception {
        Map<String, String> wrong = Map.of(
                "ASSENT_ALLOWED_ORIGINS", "loopback", "ASSENT_DATABASE_URL", "jdbc:postgresql://127.0.0.1:1/nowhere");
        assertRefuses(start(wrong), "no connection to the decision log", "127.0.0.1:1/nowhere", "start PostgreSQL");
    }

    @Test
    void aReadOnlyDatabaseIsRefusedWithTheRemedy() throws Exception {
        TestPostgres.Database database = TestPostgres.database();
        String name = database.url().replaceAll(".*/([^/?]+).*", "$1");
        database.execute("ALTER DATABASE " + name + " SET default_transaction_read_only = on");
        Map<String, String> readOnly =
                Map.of("ASSENT_ALLOWED_ORIGINS", "loopback", "ASSENT_DATABASE_URL", database.url());
        assertRefuses(start(readOnly), "read-only", "set default_transaction_read_only = off");
    }

    @Test
    void theAllowedOriginsHaveNoDefault() throws Exception {
        assertRefuses(start(Map.of()), "assent.allowed-origins", "ASSENT_ALLOWED_ORIGINS", "is missing");
    }

    @Test
    void saysWhereItListensAndEndsInGoodOrder() throws Exception {
        assertStartsAndEndsInGoodOrder(StartCache.options());
    }

    @Test
    void aStartCacheThatIsNoneIsPassedOverInSilence(@TempDir Path folder) throws Exception {
        Path cache = Files.writeString(folder.resolve("none.aot"), "written by somebody else");
        assertThat(assertStartsAndEndsInGoodOrder(StartCache.options(cache))).noneMatch(l -> l.contains("aot"));
    }

    /** Netty's first buffer would set it up, which what a crash has left would wait for. */
    @Test
    void aStartSetsUpNoFlightRecorder(@TempDir Path folder) throws Exception {
        Path loaded = folder.resolve("loaded");
        assertStartsAndEndsInGoodOrder(List.of("-Xlog:class+load:file=" + loaded));

        assertThat(Files.readAllLines(loaded))
                .anyMatch(line -> line.contains("io.netty.buffer.AdaptivePoolingAllocator$Chunk "))
                .noneMatch(line -> line.contains("jdk.jfr.internal.MetadataRepository "));
    }

    private static List<String> assertStartsAndEndsInGoodOrder(List<String> options) throws Exception {
        Process process = start(options, Map.of("ASSENT_ALLOWED_ORIGINS", ""));
        List<String> lines = new ArrayList<>();
        try (BufferedReader out = process.inputReader(StandardCharsets.UTF_8)) {
            String line;
            while ((line = out.readLine()) != null) {
                lines.add(line);
                if (line.contains("listening url=")) {
                    process.toHandle().destroy(); // SIGTERM, and the output stays open
                }
            }
        }

        assertThat(process.waitFor(EXITS_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(lines).anyMatch(l -> l.contains("listening url=http://"));
        assertThat(lines.getLast()).contains("stopped");
        return lines;
    }

    private static void assertRefuses(Process process, String... said) throws Exception {
        String err = text(process.getErrorStream());

        assertThat(process.waitFor(EXITS_WITHIN_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isEqualTo(2);
        assertThat(err.lines().toList()).hasSize(1);
        assertThat(err).startsWith("assent: ").contains(said);
    }

    private static Process start(Map<String, String> environment) throws Exception {
        return start(StartCache.options(), environment);
    }

    private static Process start(List<String> options, Map<String, String> environment) throws Exception {
        ProcessBuilder builder = CoordinatorProgram.with(options);
        builder.environment().put("ASSENT_PORT", "-1"); // any free one
        TestPostgres.Database database = TestPostgres.database();
        builder.environment().put("ASSENT_DATABASE_URL", database.url());
        builder.environment().put("ASSENT_DATABASE_USER", database.user());
        builder.environment().put("ASSENT_DATABASE_PASSWORD", database.password());
        builder.environment().putAll(environment);
        return builder.start();
    }

    private static String text(InputStream in) throws IOException {
        return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
}

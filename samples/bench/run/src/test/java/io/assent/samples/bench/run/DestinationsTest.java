package io.assent.samples.bench.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.samples.demo.UsageException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DestinationsTest {

    @TempDir
    Path directory;

    @Test
    void whatCanBeWrittenIsLeftAsItWas() throws IOException {
        Path earlier = Files.writeString(directory.resolve("earlier.jsonl"), "{}\n");
        Path chart = directory.resolve("chart.svg");

        demand("--out=" + earlier, "--chart=" + chart, "--profile=" + directory.resolve("a/b"), "--dir=" + directory);

        assertThat(earlier).hasContent("{}\n");
        assertThat(chart).doesNotExist();
        assertThat(directory.resolve("a/b")).isEmptyDirectory();
    }

    @Test
    void aFileMayBeInAFolderThatIsMadeForTheRest() {
        Path fresh = directory.resolve("fresh");

        demand("--out=" + fresh.resolve("out.jsonl"), "--dir=" + fresh);

        assertThat(fresh).isEmptyDirectory();
    }

    @Test
    void namesWhatCannotBeWrittenAndWhy() throws IOException {
        Path file = Files.writeString(directory.resolve("file"), "");

        refused(
                "--out " + directory.resolve("no/x.jsonl") + " cannot be written: there is no folder "
                        + directory.resolve("no") + ".",
                "--out=" + directory.resolve("no/x.jsonl"));
        refused("--chart " + directory + " cannot be written: Is a directory.", "--chart=" + directory);
        refused("--profile " + file + " cannot be written: it is no folder.", "--profile=" + file);
        refused("--dir " + file.resolve("x") + " cannot be written: ", "--dir=" + file.resolve("x"));
    }

    @Test
    void aFolderWithDatabasesOfAnEarlierRunIsNotUsedAgain() throws IOException {
        Files.createDirectories(directory.resolve("postgres/north"));

        refused(
                "--dir " + directory + " has the databases of an earlier run: name another folder, or remove this one"
                        + " first.",
                "--dir=" + directory);
    }

    private static void demand(String... words) {
        Destinations.demandUsable(BenchOptions.parse(List.of(words)));
    }

    private static void refused(String message, String... words) {
        assertThatThrownBy(() -> demand(words))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }
}

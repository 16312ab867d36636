package io.assent.coordinator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.coordinator.DatabaseConfiguration.Database;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One database or several, from lists that the framework has cut at every comma. */
class DatabaseConfigurationTest {

    @TempDir
    private Path folder;

    @Test
    void aUrlWithSeveralHostsIsOneDatabase() {
        assertThat(of(List.of("jdbc:postgresql://a", "b", "c/log"), List.of("me"), List.of())
                        .required())
                .extracting(Database::url)
                .containsExactly("jdbc:postgresql://a,b,c/log");
    }

    @Test
    void severalUrlsAreSeveralDatabasesInTheirOrderForOneUser() {
        List<Database> databases = of(
                        List.of("jdbc:postgresql://a", "b/one", "jdbc:postgresql://c/two"), List.of("me"), List.of())
                .required();

        assertThat(databases)
                .containsExactly(
                        new Database("jdbc:postgresql://a,b/one", "me", "secret"),
                        new Database("jdbc:postgresql://c/two", "me", "secret"));
    }

    @Test
    void eachDatabaseMayHaveItsOwnUserAndPasswordFile() throws Exception {
        String one = Files.writeString(folder.resolve("1"), "first\n").toString();
        String two = Files.writeString(folder.resolve("2"), "second\n").toString();

        List<Database> databases = of(
                        List.of("jdbc:postgresql://a/1", "jdbc:postgresql://b/2"),
                        List.of("me", "you"),
                        List.of(one, two))
                .required();

        assertThat(databases)
                .containsExactly(
                        new Database("jdbc:postgresql://a/1", "me", "first"),
                        new Database("jdbc:postgresql://b/2", "you", "second"));
    }

    @Test
    void asManyUsersAsDatabasesOrOneAreDemanded() {
        assertThatThrownBy(() -> of(
                                List.of("jdbc:postgresql://a/1", "jdbc:postgresql://b/2", "jdbc:postgresql://c/3"),
                                List.of("me", "you"),
                                List.of())
                        .required())
                .isInstanceOf(WrongSettingException.class)
                .hasMessageContaining("assent.database.user")
                .hasMessageContaining("'me,you'")
                .hasMessageContaining("one for each of the 3 databases");
    }

    private static DatabaseConfiguration of(List<String> urls, List<String> users, @Nullable List<String> files) {
        return new DatabaseConfiguration(urls, users, "secret", files);
    }
}

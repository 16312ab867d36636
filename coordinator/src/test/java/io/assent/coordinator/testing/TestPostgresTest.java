package io.assent.coordinator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class TestPostgresTest {

    @Test
    void takesTheServerThatIsGivenElseAContainerElseTheEmbeddedBinaries() throws Exception {
        TestPostgres.Database database = TestPostgres.database();

        TestPostgres.Kind expected = System.getenv("ASSENT_TEST_DATABASE_URL") != null
                ? TestPostgres.Kind.GIVEN
                : DockerClientFactory.instance().isDockerAvailable()
                        ? TestPostgres.Kind.CONTAINER
                        : TestPostgres.Kind.EMBEDDED;
        assertThat(TestPostgres.kind()).isEqualTo(expected);
        assertThat(database.number("SELECT current_setting('max_prepared_transactions')::int"))
                .as("prepared transactions that the server allows")
                .isPositive();
    }

    @Test
    void everyCallerGetsADatabaseOfItsOwn() throws Exception {
        TestPostgres.Database one = TestPostgres.database();
        one.execute("CREATE TABLE mine (id int)");

        assertThat(TestPostgres.database().number("SELECT count(*) FROM pg_tables WHERE tablename = 'mine'"))
                .isZero();
    }

    @Test
    void aServerOfItsOwnLeavesNothingBehind() throws Exception {
        TestPostgres.Embedded server = TestPostgres.Embedded.start(Map.of());
        assertThat(server.data()).isNotEmptyDirectory();

        server.close();

        assertThat(server.data()).doesNotExist();
    }
}

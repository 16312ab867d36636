package io.assent.postgres;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.sql.DataSource;

/** A server that has come up in standby mode, from its own data and without a primary. */
final class Standby implements AutoCloseable {

    private final EmbeddedPostgres server;

    private Standby(EmbeddedPostgres server) {
        this.server = server;
    }

    /** @param data a folder that is not there yet */
    static Standby start(Path data) throws IOException {
        try (EmbeddedPostgres primary = TestDatabase.durable()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start()) {
            primary.getPostgresDatabase();
        }
        Files.createFile(data.resolve("standby.signal"));
        return new Standby(TestDatabase.durable()
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .start());
    }

    DataSource dataSource() {
        return server.getPostgresDatabase();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}

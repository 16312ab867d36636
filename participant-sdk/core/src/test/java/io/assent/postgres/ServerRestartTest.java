package io.assent.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.Branch;
import io.assent.api.InstructionResult.Result;
import io.assent.context.TransactionScope;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerRestartTest {

    @Test
    void aPreparedBranchOutlivesServiceAndServerAndIsThenCommitted(@TempDir Path folder)
            throws IOException, SQLException {
        Path data = folder.resolve("data");
        TransactionScope scope = Bank.scope();
        Branch branch;
        String name;
        try (EmbeddedPostgres server = keeping(data).start()) {
            Bank bank = Bank.on(TestDatabase.create(server));
            branch = bank.deposit(scope);
            name = bank.database.name();
            bank.participant.close();
        }
        try (EmbeddedPostgres server = keeping(data).start();
                Bank bank = Bank.on(TestDatabase.reopen(server, name))) {
            assertThat(bank.database.balance(1)).isEqualTo(100);
            assertThat(bank.prepare(scope, branch).evidence()).isEqualTo(Bank.evidence(branch));

            assertThat(bank.commit(scope, branch).result()).isEqualTo(Result.COMMITTED);
            assertThat(bank.commit(scope, branch).result()).isEqualTo(Result.COMMITTED);
            assertThat(bank.database.balance(1)).isEqualTo(110);
        }
    }

    private static EmbeddedPostgres.Builder keeping(Path data) {
        return TestDatabase.durable().setDataDirectory(data).setCleanDataDirectory(false);
    }
}

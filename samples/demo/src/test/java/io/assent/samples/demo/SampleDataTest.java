package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class SampleDataTest {

    private static final Path DATA = Path.of("../data");

    @Test
    void isTheDataThatIsCheckedIn() throws IOException {
        SampleData data = SampleData.generate();
        assertThat(Files.readAllLines(DATA.resolve("transfers.csv"))).isEqualTo(data.transfers());
        assertThat(Files.readAllLines(DATA.resolve("accounts.csv"))).isEqualTo(data.accounts());
    }

    @Test
    void hasLinesOfEveryKindThatIsRejected() {
        List<String> reasons =
                transfers().rejected().stream().map(RejectedLine::reason).toList();
        assertThat(reasons)
                .anyMatch(r -> r.contains("greater than 0"))
                .anyMatch(r -> r.contains("columns"))
                .anyMatch(r -> r.contains("whole number"))
                .anyMatch(r -> r.contains("same account"))
                .anyMatch(r -> r.contains("duplicate of line"));
        assertThat(transfers().transfers()).hasSizeGreaterThan(2000);
    }

    /** Else it would depend on the order which transfers abort. */
    @Test
    void coversEveryTransferButTheOverdraftsByWhatTheAccountHasAtTheStart() {
        Map<AccountName, Long> balances = accounts();
        long most = balances.values().stream().mapToLong(Long::longValue).sum();
        Map<AccountName, Long> spent = new HashMap<>();
        int overdrafts = 0;
        for (Transfer transfer : transfers().transfers()) {
            if (transfer.amount() > most) {
                overdrafts++;
            } else {
                spent.merge(transfer.from(), transfer.amount(), Long::sum);
            }
        }
        assertThat(overdrafts).isGreaterThan(10);
        spent.remove(new AccountName("north", "nobody"));
        spent.remove(new AccountName("south", "nobody"));
        spent.forEach((account, amount) ->
                assertThat(amount).as(account.toString()).isLessThanOrEqualTo(balances.getOrDefault(account, 0L)));
    }

    @Test
    void hasTransfersFromAndToNobody() {
        assertThat(transfers().transfers())
                .anyMatch(t -> t.from().id().equals("nobody"))
                .anyMatch(t -> t.to().id().equals("nobody"));
    }

    private static TransferFile transfers() {
        return TransferFile.parse(SampleData.generate().transfers(), new HashSet<>(Cluster.BANKS));
    }

    private static Map<AccountName, Long> accounts() {
        return AccountFile.parse(SampleData.generate().accounts()).stream()
                .collect(Collectors.toMap(Account::name, Account::balance));
    }
}

package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TransferFileTest {

    private static final Set<String> BANKS = Set.of("north");

    @Test
    void readsATransferThatIsAsDocumented() {
        TransferFile file = parse("p-1, north:alice ,north:bob,250\r");
        assertThat(file.rejected()).isEmpty();
        assertThat(file.transfers())
                .containsExactly(
                        new Transfer("p-1", new AccountName("north", "alice"), new AccountName("north", "bob"), 250));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "p-1,north:alice,north:bob,-250          | amount '-250' must be greater than 0",
                "p-1,north:alice,north:bob,0             | amount '0' must be greater than 0",
                "p-1,north:alice,north:bob,ten           | amount 'ten' must be a whole number of cents",
                "p-1,north:alice,north:bob,2.50          | amount '2.50' must be a whole number of cents",
                "p-1,north:alice,north:bob,9999999999999999999999 | amount '9999999999999999999999' must be a whole number of cents",
                "p-1,north:alice,north:bob               | has 3 columns and must have 4 (payment,from,to,amount)",
                "p-1,north:alice,north:bob,1,2           | has 5 columns and must have 4 (payment,from,to,amount)",
                "''                                      | has 1 columns and must have 4 (payment,from,to,amount)",
                "p-1,alice,north:bob,250                 | from 'alice' must look like bank:account",
                "p-1,north:alice,west:bob,250            | to 'west:bob' names a bank that is none of [north]",
                "p-1,north:alice,north:alice,250         | from and to are the same account 'north:alice'",
                "p \"1,north:alice,north:bob,250         | payment 'p \"1' must be 1 to 40 letters, digits or -",
            })
    void rejectsALineWithItsNumberAndTheReason(String line, String reason) {
        TransferFile file = parse("p-0,north:alice,north:bob,1", line);
        assertThat(file.transfers()).hasSize(1);
        assertThat(file.rejected()).containsExactly(new RejectedLine(3, reason));
    }

    @Test
    void rejectsASecondLineOfAPaymentAndNamesTheFirst() {
        TransferFile file =
                parse("p-1,north:alice,north:bob,1", "p-2,north:alice,north:bob,1", "p-1,north:bob,north:alice,1");
        assertThat(file.transfers()).extracting(Transfer::payment).containsExactly("p-1", "p-2");
        assertThat(file.rejected()).containsExactly(new RejectedLine(4, "payment 'p-1' is a duplicate of line 2"));
    }

    @Test
    void doesNotCountARejectedLineAsTheFirstOfItsPayment() {
        TransferFile file = parse("p-1,north:alice,north:bob,-1", "p-1,north:alice,north:bob,1");
        assertThat(file.transfers()).hasSize(1);
    }

    @Test
    void refusesAFileWithAnotherHeader() {
        assertThatThrownBy(() -> TransferFile.parse(List.of("from,to"), BANKS))
                .hasMessage("the first line must be 'payment,from,to,amount'");
    }

    @Property(tries = 200)
    void losesNoLineSilently(@ForAll List<String> lines) {
        TransferFile file = parse(lines.toArray(String[]::new));
        assertThat(file.transfers().size() + file.rejected().size())
                .isEqualTo(file.lines())
                .isEqualTo(lines.size());
    }

    private static TransferFile parse(String... lines) {
        List<String> all = new ArrayList<>(List.of(TransferFile.HEADER));
        all.addAll(List.of(lines));
        return TransferFile.parse(all, BANKS);
    }
}

package io.assent.samples.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

class AccountFileTest {

    @Property(tries = 500)
    void readsEveryLineOrNamesTheOneItCant(@ForAll("lines") List<String> lines) {
        List<String> file = new ArrayList<>(List.of(AccountFile.HEADER));
        file.addAll(lines);
        Throwable thrown =
                catchThrowable(() -> assertThat(AccountFile.parse(file)).hasSameSizeAs(lines));
        if (thrown != null) {
            assertThat(thrown).isInstanceOf(IllegalArgumentException.class).hasMessageContaining("accounts, line ");
        }
    }

    @Provide
    Arbitrary<List<String>> lines() {
        Arbitrary<String> parts = Arbitraries.of(
                "alice", "north", ",", "9".repeat(30), "1", "-1", "\u0000", "é", "\"", " ", "٣", "\ud800");
        Arbitrary<String> mixed = parts.list().ofMaxSize(8).map(list -> String.join("", list));
        return Arbitraries.oneOf(Arbitraries.strings(), mixed, Arbitraries.just("alice,north,100"))
                .list()
                .ofMaxSize(4);
    }
}

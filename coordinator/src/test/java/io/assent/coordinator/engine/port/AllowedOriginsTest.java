package io.assent.coordinator.engine.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AllowedOriginsTest {

    @Test
    void emptyPermitsNothing() {
        assertThat(AllowedOrigins.NONE.permits(new ParticipantUrl("http://127.0.0.1:8081/assent")))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "http://bank.internal:8081, http://bank.internal:8081/assent",
        "http://Bank.internal:8081, http://bank.INTERNAL:8081/",
        "http://bank.internal, http://bank.internal:80/assent",
        "https://bank.internal:443, https://bank.internal/assent",
        "http://127.0.0.1:*, http://127.0.0.1:8081/assent",
        "http://127.0.0.1:*, http://127.0.0.1/assent",
        "http://[::1]:*, http://[::1]:8081/assent",
        "loopback, http://localhost:8081/assent",
        "loopback, https://127.0.0.1/assent",
        "loopback, http://127.3.2.1:8081/assent",
        "loopback, http://[::1]:8081/assent",
    })
    void permitsWhatAnEntryNames(String entry, String participant) {
        assertThat(AllowedOrigins.of(List.of("http://other:1", entry)).permits(new ParticipantUrl(participant)))
                .isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "http://bank.internal:8081, https://bank.internal:8081/assent",
        "http://bank.internal:8081, http://bank.internal:8082/assent",
        "http://bank.internal:808, http://bank.internal:8081/assent",
        "http://bank.internal:8081, http://bank.internal.evil.com:8081/assent",
        "http://bank.internal:8081, http://evil.com:8081/bank.internal:8081",
        "http://bank.internal:8081, http://bank.internal.:8081/assent",
        "http://127.0.0.1:*, https://127.0.0.1:8081/assent",
        "http://127.0.0.1:*, http://127.0.0.2:8081/assent",
        "http://127.0.0.1:*, http://localhost:8081/assent",
        "loopback, http://127.0.0.1.evil.com/assent",
        "loopback, http://localhost.evil.com/assent",
        "loopback, http://169.254.169.254/latest",
        "loopback, http://0.0.0.0:8081/assent",
    })
    void permitsNothingElse(String entry, String participant) {
        assertThat(AllowedOrigins.of(List.of(entry)).permits(new ParticipantUrl(participant)))
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "*",
                "bank.internal:8081",
                "ftp://bank.internal",
                "http://bank.internal:8081/assent",
                "http://bank.internal/",
                "http://user@bank.internal",
                "http://*.internal:8081",
                "http://bank.internal:8081:*",
                "http://:*",
                "http://bank.internal?x"
            })
    void refusesWhatIsNoOriginAndSaysWhatWouldBe(String entry) {
        assertThatThrownBy(() -> AllowedOrigins.of(List.of(entry)))
                .isInstanceOf(MalformedException.class)
                .hasMessageContaining("allowed-origins")
                .hasMessageContaining("http://bank.internal:8081");
    }
}

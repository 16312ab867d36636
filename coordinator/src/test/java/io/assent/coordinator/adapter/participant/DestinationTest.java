package io.assent.coordinator.adapter.participant;

import static org.assertj.core.api.Assertions.assertThat;

import io.assent.api.ParticipantUrl;
import io.assent.coordinator.adapter.participant.Destination.Scheme;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DestinationTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "http://bank                     | HTTP  | bank         | 80   | bank              | /",
                "http://bank:80/assent           | HTTP  | bank         | 80   | bank              | /assent",
                "http://bank:443/assent          | HTTP  | bank         | 443  | bank:443          | /assent",
                "https://bank/a%20b/c            | HTTPS | bank         | 443  | bank              | /a%20b/c",
                "https://bank:8443/assent        | HTTPS | bank         | 8443 | bank:8443         | /assent",
                "http://10.0.0.1:8081/assent     | HTTP  | 10.0.0.1     | 8081 | 10.0.0.1:8081     | /assent",
                "http://[fd00::1]:8081/assent    | HTTP  | fd00::1      | 8081 | [fd00::1]:8081    | /assent",
                "http://[fe80::1%eth0]:81/assent | HTTP  | fe80::1%eth0 | 81   | [fe80::1]:81      | /assent",
            })
    void isWhatTheUrlSays(String url, Scheme scheme, String host, int port, String hostHeader, String path) {
        assertThat(Destination.of(new ParticipantUrl(url)))
                .isEqualTo(new Destination(scheme, host, port, hostHeader, path));
    }

    @ParameterizedTest
    @CsvSource({
        "http://10.0.0.1/a,true",
        "http://[fd00::1]/a,true",
        "http://bank/a,false",
        "http://[fe80::1%eth0]/a,false"
    })
    void onlyAnAddressNeedsNoLookUp(String url, boolean address) {
        assertThat(Destination.of(new ParticipantUrl(url)).literal() != null).isEqualTo(address);
    }
}

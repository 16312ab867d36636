package io.assent.coordinator;

import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What this replica is.
 *
 * @param url where others reach it; by default where it listens
 * @param allowedOrigins the participants that it may call, separated by commas; must be given, empty means none
 * @param shutdownGrace how long a shutdown waits for what is being decided
 */
@ConfigurationProperties(ServiceConfiguration.PREFIX)
record ServiceConfiguration(
        @Nullable String url,
        @Nullable String allowedOrigins,
        @Bindable(defaultValue = "10s") Duration shutdownGrace) {

    static final String PREFIX = "assent";

    Optional<String> publicUrl() {
        if (url == null || url.isBlank()) {
            return Optional.empty();
        }
        try {
            return Optional.of(new ParticipantUrl(url.strip()).value());
        } catch (MalformedException e) {
            throw new WrongSettingException("assent.url", url, e.remedy());
        }
    }

    Duration grace() {
        if (shutdownGrace.isNegative()) {
            throw new WrongSettingException("assent.shutdown-grace", shutdownGrace.toString(), "must not be negative");
        }
        return shutdownGrace;
    }

    AllowedOrigins origins() {
        if (allowedOrigins == null) {
            throw new WrongSettingException(
                    "assent.allowed-origins",
                    "",
                    "names the participants that the coordinator may call, such as http://bank.internal:8081 or loopback,"
                            + " separated by commas; give it empty to allow none");
        }
        try {
            return AllowedOrigins.of(Arrays.stream(allowedOrigins.split(",", -1))
                    .map(String::strip)
                    .filter(entry -> !entry.isEmpty())
                    .toList());
        } catch (MalformedException e) {
            throw new WrongSettingException("assent.allowed-origins", e.value(), e.remedy());
        }
    }
}

package io.assent.coordinator;

import io.assent.api.MalformedException;
import io.assent.api.ParticipantUrl;
import io.assent.coordinator.engine.port.AllowedOrigins;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.core.bind.annotation.Bindable;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What this replica is.
 *
 * @param replicaId its name among the replicas that share the log; by default host and port of its URL
 * @param url where others reach it; by default where it listens
 * @param allowedOrigins the participants that it may call, separated by commas; must be given, empty means none
 * @param shutdownGrace how long a shutdown waits for what is being decided
 */
@ConfigurationProperties(ServiceConfiguration.PREFIX)
record ServiceConfiguration(
        @Nullable String replicaId,
        @Nullable String url,
        @Nullable String allowedOrigins,
        @Bindable(defaultValue = "10s") Duration shutdownGrace) {

    static final String PREFIX = "assent";
    private static final Pattern REPLICA_ID = Pattern.compile("[A-Za-z0-9._:-]{1,64}");

    /**
     * @param port where it listens, if that is fixed
     * @param incarnation of this process
     */
    String idOr(Optional<Integer> port, UUID incarnation) {
        if (replicaId == null || replicaId.isBlank()) {
            String place = port.map(String::valueOf).orElse(incarnation.toString());
            return publicUrl().map(known -> URI.create(known).getAuthority()).orElse("localhost:" + place);
        }
        if (!REPLICA_ID.matcher(replicaId).matches()) {
            throw new WrongSettingException(
                    "assent.replica-id", replicaId, "must have 1 to 64 letters, digits and . _ : -");
        }
        return replicaId;
    }

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

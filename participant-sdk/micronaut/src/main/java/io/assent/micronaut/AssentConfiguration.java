package io.assent.micronaut;

import io.assent.api.MalformedException;
import io.assent.client.ClientSettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.bind.annotation.Bindable;
import java.util.List;

/**
 * {@code assent.*}: where the coordinator is, and what takes part.
 *
 * @param coordinators base URLs of the coordinator's replicas; required
 * @param excludedHosts hosts ({@code name} or {@code name:port}) that calls go to without the transaction, because they
 *     know nothing of it
 */
@ConfigurationProperties("assent")
public record AssentConfiguration(
        @Bindable(defaultValue = "") List<String> coordinators,
        @Bindable(defaultValue = "") List<String> excludedHosts) {

    public AssentConfiguration {
        coordinators = present(coordinators);
        excludedHosts = present(excludedHosts);
    }

    /** @throws ConfigurationException naming what is missing or malformed */
    ClientSettings toClientSettings() {
        if (coordinators.isEmpty()) {
            throw new ConfigurationException("assent.coordinators is not set: name the coordinator's URLs, separated by"
                    + " commas, for instance http://localhost:8080");
        }
        try {
            return ClientSettings.of(coordinators);
        } catch (MalformedException e) {
            throw new ConfigurationException("assent.coordinators=" + e.value() + " " + e.remedy(), e);
        }
    }

    private static List<String> present(List<String> values) {
        return values.stream().filter(value -> !value.isBlank()).toList();
    }
}

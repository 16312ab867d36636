package io.assent.micronaut;

import io.assent.Assent;
import io.assent.AssentBuilder;
import io.assent.TransactionOptions;
import io.assent.api.CommitRequest;
import io.assent.api.MalformedException;
import io.assent.client.ClientSettings;
import io.micronaut.context.annotation.ConfigurationProperties;
import io.micronaut.context.exceptions.ConfigurationException;
import io.micronaut.core.annotation.Nullable;
import io.micronaut.core.bind.annotation.Bindable;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/**
 * {@code assent.*}: where the coordinator is, and how transactions behave that begin here. What is not set has the
 * defaults of {@link AssentBuilder}.
 *
 * @param coordinators base URLs of the coordinator's replicas; required
 * @param excludedHosts hosts ({@code name} or {@code name:port}) that calls go to without the transaction, because they
 *     know nothing of it
 * @param deadline how long a transaction may take
 * @param reply when commit returns
 * @param waitMax how long commit waits for the branches to confirm
 * @param outcomePatience how long commit asks for an unknown outcome
 * @param rollbackPatience how long rollback asks
 * @param connectTimeout how long a connection to the coordinator may take
 * @param requestTimeout how long a replica may take to answer
 * @param commitStreams how many replies to several commits and rollbacks at a time may be open with each replica
 */
@ConfigurationProperties("assent")
public record AssentConfiguration(
        @Bindable(defaultValue = "") List<String> coordinators,
        @Bindable(defaultValue = "") List<String> excludedHosts,
        @Nullable Duration deadline,
        CommitRequest.@org.jspecify.annotations.Nullable Reply reply,
        @Nullable Duration waitMax,
        @Nullable Duration outcomePatience,
        @Nullable Duration rollbackPatience,
        @Nullable Duration connectTimeout,
        @Nullable Duration requestTimeout,
        @Nullable Integer commitStreams) {

    public AssentConfiguration {
        coordinators = present(coordinators);
        excludedHosts = present(excludedHosts);
    }

    /** @throws ConfigurationException naming the setting that is missing or wrong */
    Assent toAssent() {
        if (coordinators.isEmpty()) {
            throw new ConfigurationException("assent.coordinators is not set: name the coordinator's URLs, separated by"
                    + " commas, for instance http://localhost:8080");
        }
        try {
            AssentBuilder builder = Assent.builder()
                    .coordinators(coordinators)
                    .deadline(deadline == null ? TransactionOptions.DEADLINE_DEFAULT : deadline)
                    .reply(reply == null ? TransactionOptions.DEFAULT.reply() : reply)
                    .waitMax(waitMax == null ? TransactionOptions.WAIT_DEFAULT : waitMax)
                    .outcomePatience(outcomePatience == null ? AssentBuilder.OUTCOME_PATIENCE_DEFAULT : outcomePatience)
                    .rollbackPatience(
                            rollbackPatience == null ? AssentBuilder.ROLLBACK_PATIENCE_DEFAULT : rollbackPatience)
                    .connectTimeout(connectTimeout == null ? ClientSettings.CONNECT_TIMEOUT_DEFAULT : connectTimeout)
                    .requestTimeout(requestTimeout == null ? ClientSettings.REQUEST_TIMEOUT_DEFAULT : requestTimeout)
                    .commitStreams(commitStreams == null ? ClientSettings.COMMIT_STREAMS_DEFAULT : commitStreams);
            return builder.build();
        } catch (MalformedException e) {
            throw new ConfigurationException("assent." + setting(e.field()) + "=" + e.value() + " " + e.remedy(), e);
        }
    }

    private static String setting(String field) {
        return "coordinator".equals(field)
                ? "coordinators"
                : field.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    private static List<String> present(List<String> values) {
        return values.stream().filter(value -> !value.isBlank()).toList();
    }
}

package io.assent;

import io.assent.api.CommitRequest;
import io.assent.api.MalformedException;
import io.assent.client.ClientSettings;
import io.assent.client.ReplicaOrder;
import io.assent.client.RetryDelays;
import io.assent.client.RingOrder;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The settings of an {@link Assent}, each with a default but the coordinator's URLs. Not thread-safe. */
public final class AssentBuilder {

    /** How long commit goes on asking for an unknown outcome. */
    public static final Duration OUTCOME_PATIENCE_DEFAULT = Duration.ofSeconds(30);

    /** How long rollback goes on asking. Shorter, because the deadline ends what a rollback does not reach. */
    public static final Duration ROLLBACK_PATIENCE_DEFAULT = Duration.ofSeconds(5);

    private final List<String> coordinators = new ArrayList<>();
    private TransactionOptions options = TransactionOptions.DEFAULT;
    private Duration outcomePatience = OUTCOME_PATIENCE_DEFAULT;
    private Duration rollbackPatience = ROLLBACK_PATIENCE_DEFAULT;
    private Duration connectTimeout = ClientSettings.CONNECT_TIMEOUT_DEFAULT;
    private Duration requestTimeout = ClientSettings.REQUEST_TIMEOUT_DEFAULT;
    private RetryDelays retryDelays = RetryDelays.DEFAULT;
    private int commitStreams = ClientSettings.COMMIT_STREAMS_DEFAULT;
    private Function<ClientSettings, ReplicaOrder> order = RingOrder::new;
    private @Nullable HttpClient http;

    AssentBuilder() {}

    /** Adds base URLs of coordinator replicas; at least one is needed, and those that are dead are passed over. */
    public AssentBuilder coordinators(String... urls) {
        return coordinators(Arrays.asList(urls));
    }

    /** As {@link #coordinators(String...)}. */
    public AssentBuilder coordinators(Collection<String> urls) {
        coordinators.addAll(urls);
        return this;
    }

    /** How long a transaction may take that does not say otherwise; 30 s unless set. */
    public AssentBuilder deadline(Duration deadline) {
        options = options.withDeadline(deadline);
        return this;
    }

    /** When commit returns; {@code APPLIED} unless set. */
    public AssentBuilder reply(CommitRequest.Reply reply) {
        options = options.withReply(reply);
        return this;
    }

    /** How long commit waits for branches to confirm; 10 s unless set. */
    public AssentBuilder waitMax(Duration waitMax) {
        options = options.withWaitMax(waitMax);
        return this;
    }

    /** How long commit asks for an unknown outcome before it throws {@link OutcomeUnknownException}; 30 s unless set. */
    public AssentBuilder outcomePatience(Duration patience) {
        outcomePatience = positive("outcomePatience", patience);
        return this;
    }

    /** How long rollback asks before it leaves the transaction to its deadline; 5 s unless set. */
    public AssentBuilder rollbackPatience(Duration patience) {
        rollbackPatience = positive("rollbackPatience", patience);
        return this;
    }

    /** How long a connection may take to come about; 2 s unless set. Not used with {@link #httpClient}. */
    public AssentBuilder connectTimeout(Duration timeout) {
        connectTimeout = positive("connectTimeout", timeout);
        return this;
    }

    /** How long a replica may take to answer, beside the time it was allowed to wait; 5 s unless set. */
    public AssentBuilder requestTimeout(Duration timeout) {
        requestTimeout = positive("requestTimeout", timeout);
        return this;
    }

    /** How long to wait before all replicas are asked once more. */
    public AssentBuilder retryDelays(RetryDelays delays) {
        retryDelays = delays;
        return this;
    }

    /**
     * How many replies to several commits and rollbacks at a time may be open with each replica; 128 unless set. While
     * all of them are, and always with 0, each goes alone.
     */
    public AssentBuilder commitStreams(int max) {
        commitStreams = max;
        return this;
    }

    /** In which order replicas are asked; each transaction's owner comes first ({@link RingOrder}) unless set. */
    public AssentBuilder replicaOrder(Function<ClientSettings, ReplicaOrder> newOrder) {
        order = newOrder;
        return this;
    }

    /**
     * The client for requests to services and coordinator. It is not closed; unless set, one is made. A coordinator's reply of
     * status 200 is taken as soon as it has been read, whatever a client of one's own would make of it after that.
     */
    public AssentBuilder httpClient(HttpClient client) {
        http = client;
        return this;
    }

    /** @throws MalformedException naming a setting that is missing or wrong; no replica is contacted */
    public Assent build() {
        List<URI> replicas = ClientSettings.replicas(coordinators);
        HttpClient client = http == null ? ClientSettings.http(connectTimeout) : http;
        ClientSettings settings = new ClientSettings(replicas, client, requestTimeout, retryDelays, commitStreams);
        return new Assent(settings, order.apply(settings), options, new Patience(outcomePatience, rollbackPatience));
    }

    /** How long to go on asking. */
    record Patience(Duration outcome, Duration rollback) {}

    private static Duration positive(String field, Duration value) {
        if (value.toMillis() < 1 || value.compareTo(TransactionOptions.DEADLINE_MAX) > 0) {
            throw new MalformedException(field, value.toString(), "must be 1 ms to " + TransactionOptions.DEADLINE_MAX);
        }
        return value;
    }
}

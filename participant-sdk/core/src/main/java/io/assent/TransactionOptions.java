package io.assent;

import io.assent.api.CommitRequest;
import io.assent.api.Labels;
import io.assent.api.MalformedException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/**
 * What can differ from one transaction to the next. Immutable; start from {@link Assent#options()}.
 *
 * @param deadline how long the transaction may take from its beginning to the decision; the coordinator sets a maximum
 * @param labels by which people search for it
 * @param reply when commit returns: once every branch has confirmed, or once the decision is durable
 * @param waitMax how long commit waits for the branches to confirm; the coordinator goes on without the caller
 */
public record TransactionOptions(
        Duration deadline, Map<String, String> labels, CommitRequest.Reply reply, Duration waitMax) {

    public static final Duration DEADLINE_DEFAULT = Duration.ofSeconds(30);
    public static final Duration DEADLINE_MAX = Duration.ofDays(1);
    public static final Duration WAIT_DEFAULT = Duration.ofSeconds(10);

    public static final TransactionOptions DEFAULT =
            new TransactionOptions(DEADLINE_DEFAULT, Map.of(), CommitRequest.Reply.APPLIED, WAIT_DEFAULT);

    public TransactionOptions {
        if (deadline.toMillis() < 1 || deadline.compareTo(DEADLINE_MAX) > 0) {
            throw new MalformedException("deadline", deadline.toString(), "must be 1 ms to " + DEADLINE_MAX);
        }
        if (waitMax.isNegative() || waitMax.compareTo(DEADLINE_MAX) > 0) {
            throw new MalformedException("waitMax", waitMax.toString(), "must be 0 to " + DEADLINE_MAX);
        }
        labels = Labels.checked(labels);
    }

    public TransactionOptions withDeadline(Duration newDeadline) {
        return new TransactionOptions(newDeadline, labels, reply, waitMax);
    }

    public TransactionOptions withLabel(String key, String value) {
        Map<String, String> newLabels = new TreeMap<>(labels);
        newLabels.put(key, value);
        return new TransactionOptions(deadline, newLabels, reply, waitMax);
    }

    public TransactionOptions withReply(CommitRequest.Reply newReply) {
        return new TransactionOptions(deadline, labels, newReply, waitMax);
    }

    public TransactionOptions withWaitMax(Duration newWaitMax) {
        return new TransactionOptions(deadline, labels, reply, newWaitMax);
    }
}

package io.assent.samples.torture;

import io.assent.Assent;
import io.assent.AssentException;
import io.assent.OutcomeUnknownException;
import io.assent.Transaction;
import io.assent.TransactionAbortedException;
import io.assent.TransactionOptions;
import io.assent.api.CommitRequest.Reply;
import io.assent.samples.torture.Event.Answer;
import io.assent.samples.torture.Event.Asked;
import io.assent.samples.torture.Event.Intent;
import io.assent.samples.torture.Event.Told;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Random;

/** Makes one transfer after the other, and writes down what it asks and what it is told. */
final class Client {

    private static final int PERCENT = 100;
    private static final int PERCENT_ROLLED_BACK = 5;
    private static final int PERCENT_FORGOTTEN = 3;
    private static final int INSTANCES_PER_BANK = 2;
    private static final int HTTP_OK = 200;

    private final String name;
    private final Accounts accounts;
    private final Assent assent;
    private final Network network;
    private final History history;
    private final Random random;
    private int number;

    /** @param random of its own */
    Client(String name, Accounts accounts, Assent assent, Network network, History history, Random random) {
        this.name = name;
        this.accounts = accounts;
        this.assent = assent;
        this.network = network;
        this.history = history;
        this.random = random;
    }

    /** What it was told. */
    Told transfer() {
        Reply reply = random.nextBoolean() ? Reply.APPLIED : Reply.DECIDED;
        TransactionOptions options = assent.options().withReply(reply);
        Transaction transaction = assent.begin(options);
        String payment = name + "-" + number++;
        Asked asked = new Asked(transaction.gtrid().toString(), payment, intent(), accounts.transfer(random));
        history.add(asked);
        Told told = work(transaction, asked);
        history.add(told);
        return told;
    }

    private Intent intent() {
        int percent = random.nextInt(PERCENT);
        if (percent < PERCENT_FORGOTTEN) {
            return Intent.FORGET;
        }
        return percent < PERCENT_FORGOTTEN + PERCENT_ROLLED_BACK ? Intent.ROLL_BACK : Intent.COMMIT;
    }

    /** What is unknown stays so: closing the transaction would ask for more. */
    private Told work(Transaction transaction, Asked asked) {
        String gtrid = asked.gtrid();
        try {
            for (Leg leg : asked.legs()) {
                call(transaction, asked.payment(), leg);
            }
            return switch (asked.intent()) {
                case COMMIT -> told(gtrid, transaction.commit().decision().name(), "");
                case ROLL_BACK ->
                    told(
                            gtrid,
                            transaction.rollback("changed its mind").decision().name(),
                            "");
                case FORGET -> new Told(gtrid, Answer.UNKNOWN, "left alone");
            };
        } catch (TransactionAbortedException e) {
            return new Told(gtrid, Answer.ABORTED, text(e));
        } catch (OutcomeUnknownException e) {
            return new Told(gtrid, Answer.UNKNOWN, text(e));
        } catch (IOException e) {
            return giveUp(transaction, gtrid, text(e));
        } catch (AssentException e) {
            return new Told(gtrid, Answer.UNKNOWN, "refused: " + text(e));
        }
    }

    private static Told giveUp(Transaction transaction, String gtrid, String why) {
        try {
            return told(gtrid, transaction.rollback(why).decision().name(), why);
        } catch (AssentException e) {
            return new Told(gtrid, Answer.UNKNOWN, why + "; then " + text(e));
        }
    }

    private static Told told(String gtrid, String decision, String detail) {
        return new Told(gtrid, decision.equals("COMMIT") ? Answer.COMMITTED : Answer.ABORTED, detail);
    }

    private void call(Transaction transaction, String payment, Leg leg) throws IOException {
        String instance = leg.account().bank() + "-" + (1 + random.nextInt(INSTANCES_PER_BANK));
        String path = leg.amount() < 0 ? "/debits" : "/credits";
        String body = "{\"payment\":\"%s\",\"account\":\"%s\",\"amount\":%d}"
                .formatted(payment, leg.account().id(), Math.abs(leg.amount()));
        HttpRequest request = HttpRequest.newBuilder(URI.create(network.url(instance) + path))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> reply = transaction.send(request, BodyHandlers.ofString());
        if (reply.statusCode() != HTTP_OK) {
            throw new IOException(instance + ": status " + reply.statusCode() + " " + reply.body());
        }
    }

    private static String text(Exception e) {
        return e.getClass().getSimpleName() + ": " + e.getMessage();
    }
}

package io.assent.samples.demo;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** What is left running after a demo with {@code --keep}, and where to look. */
final class Exploring {

    private final Screen screen;
    private final Cluster cluster;
    private final Path directory;

    Exploring(Screen screen, Cluster cluster, Path directory) {
        this.screen = screen;
        this.cluster = cluster;
        this.directory = directory;
    }

    void untilInterrupted() {
        String coordinator = cluster.coordinators().getFirst().url();
        String transfer = cluster.service("transfer").url();
        screen.heading("Everything is still running. To explore:");
        cluster.coordinators()
                .forEach(replica -> screen.say(String.format("  %-22s %s", replica.name(), replica.url())));
        screen.say("  the ring               " + coordinator + "/v1/ring");
        screen.say("  the API                " + coordinator + "/openapi/ui");
        screen.say("  transactions           " + coordinator + "/v1/transactions");
        screen.say("  those in doubt         " + coordinator + "/v1/transactions?inDoubt=true");
        screen.say("  metrics                " + coordinator + "/prometheus");
        screen.say("  a bank's totals        " + cluster.service("north").url() + "/totals");
        screen.say("  logs                   " + directory.resolve("logs"));
        screen.say(
                "  move some money        curl -s " + transfer + "/transfers -H 'Content-Type: application/json' \\");
        screen.say(
                "                           -d '{\"payment\":\"mine-1\",\"from\":\"north:alice\",\"to\":\"south:bob\",\"amount\":100}'");
        screen.say("  the same without SDK   ASSENT=" + coordinator + " NORTH="
                + cluster.service("north").url() + " SOUTH="
                + cluster.service("south").url()
                + " samples/curl/transfer.sh");
        screen.say("Ctrl-C stops everything.");
        try {
            new CountDownLatch(1).await();
        } catch (InterruptedException e) {
            throw Pause.interrupted();
        }
    }
}

package io.assent.samples.demo;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Restarts all replicas in good order, one after the other, each when the one before is ready again and in the ring. */
final class RollingRestart {

    private final Cluster cluster;
    private final Load load;
    private final Rings rings;
    private final Screen screen;

    RollingRestart(Cluster cluster, Load load, Screen screen) {
        this.cluster = cluster;
        this.load = load;
        this.screen = screen;
        this.rings = new Rings(cluster);
    }

    List<Restarted> restartAll() {
        List<Restarted> restarted = new ArrayList<>();
        for (ServiceProcess replica : cluster.coordinators()) {
            rings.withEveryone();
            Pause.of(Throughput.BEFORE);
            Restarted restart = restart(replica);
            screen.restarted(restart);
            restarted.add(restart);
        }
        rings.withEveryone();
        Pause.of(Throughput.BEFORE);
        return List.copyOf(restarted);
    }

    private Restarted restart(ServiceProcess replica) {
        long began = System.nanoTime();
        replica.close();
        Duration stopped = since(began);
        replica.start();
        replica.awaitReady();
        Duration back = since(began);
        List<Told> told = load.told();
        Throughput throughput =
                new Throughput(told.stream().map(Told::toldNanos).toList(), began, back);
        List<Told> meanwhile = told.stream().filter(t -> t.toldNanos() > began).toList();
        Duration longestWait = meanwhile.stream()
                .map(t -> Duration.ofNanos(t.toldNanos() - t.askedNanos()))
                .max(Duration::compareTo)
                .orElse(Duration.ZERO);
        return new Restarted(
                replica.name(), stopped, back, throughput.longestBelowHalf(), longestWait, meanwhile.size());
    }

    private static Duration since(long nanos) {
        return Duration.ofNanos(System.nanoTime() - nanos);
    }
}

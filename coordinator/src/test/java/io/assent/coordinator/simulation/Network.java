package io.assent.coordinator.simulation;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Carries messages between hosts, and does to them what networks do. */
final class Network {

    /** How it treats messages now, each in one of a thousand. */
    record Weather(int lost, int doubled, int slow, long slowMillisMax) {
        static final Weather FAIR = new Weather(0, 0, 0, 0);
    }

    private static final int REMEMBERED_MAX = 20_000;
    private static final long REFUSED = 300_000;

    private record Sent(Host to, String what, Runnable arrival) {}

    private final Timeline timeline;
    private final Trace trace;
    private final Dice dice;
    private final Map<String, Integer> counts = new HashMap<>();
    private final Set<String> cut = new HashSet<>();
    private final List<Sent> sent = new ArrayList<>();
    private Weather weather = Weather.FAIR;

    Network(Timeline timeline, Trace trace, Dice dice) {
        this.timeline = timeline;
        this.trace = trace;
        this.dice = dice;
    }

    void weather(Weather now) {
        weather = now;
    }

    void cut(Host from, Host to) {
        cut.add(from.name + ">" + to.name);
    }

    void mend(Host from, Host to) {
        cut.remove(from.name + ">" + to.name);
    }

    void mendAll() {
        cut.clear();
        weather = Weather.FAIR;
    }

    /** What answers a request. Each answer travels by itself and may get lost. */
    interface Service<A> {
        void serve(Consumer<A> reply);
    }

    /**
     * A request and its reply. The reply reaches the caller in the life in which it asked.
     *
     * @param what names the message; the same names meet the same fate in each run of a seed
     * @param refused the other side is certainly not there
     */
    <A> void call(Host from, Host to, String what, Service<A> service, Consumer<A> replied, Runnable refused) {
        // What is about a transaction counts as a step; the idle rounds would use them up.
        boolean counts = what.indexOf('T') >= 0;
        if (counts) {
            from.step();
        }
        if (!from.isUp()) {
            return;
        }
        Consumer<A> back = inThisLife(from, replied);
        Runnable gone = from.inThisLife(refused);
        Runnable arrival = () -> {
            if (!to.isUp()) {
                deliver(to, from, "refusal " + what, gone);
                return;
            }
            to.receive(() -> service.serve(answer -> {
                if (to.isUp()) {
                    deliver(to, from, "reply " + what, () -> back.accept(answer));
                }
            }));
        };
        if (sent.size() < REMEMBERED_MAX) {
            sent.add(new Sent(to, what, arrival));
        }
        deliver(from, to, what, arrival);
        if (counts) {
            from.step();
        }
    }

    /** Delivers once more one of the requests that were ever sent. */
    void repeatOne(int choice) {
        if (!sent.isEmpty()) {
            Sent again = sent.get(Math.floorMod(choice, sent.size()));
            trace.note("net", "", "repeats " + again.what);
            timeline.after(0, again.arrival);
        }
    }

    private void deliver(Host from, Host to, String what, Runnable arrival) {
        String link = from.name + ">" + to.name;
        String name = link + " " + what;
        int count = counts.merge(name, 1, Integer::sum);
        Dice fate = dice.named(name + "#" + count);
        if (cut.contains(link) || fate.chance(weather.lost)) {
            trace.note("net", "", "loses " + name);
            return;
        }
        timeline.after(delay(fate), arrival);
        if (fate.chance(weather.doubled)) {
            trace.note("net", "", "doubles " + name);
            timeline.after(delay(fate) + REFUSED, arrival);
        }
    }

    private long delay(Dice fate) {
        long usual = fate.between(100_000, 5 * Timeline.MILLI);
        return fate.chance(weather.slow) ? usual + fate.between(0, weather.slowMillisMax) * Timeline.MILLI : usual;
    }

    private static <A> Consumer<A> inThisLife(Host host, Consumer<A> consumer) {
        List<A> box = new ArrayList<>(1);
        Runnable guarded = host.inThisLife(() -> consumer.accept(box.removeFirst()));
        return answer -> {
            box.add(answer);
            guarded.run();
        };
    }
}

package io.assent.coordinator.simulation;

import io.assent.coordinator.simulation.Plan.Fault;
import io.assent.coordinator.simulation.Violation.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** One run, from its plan to its end. */
final class Simulation {

    /** Time after the last fault in which everything has to come to its end. */
    private static final long HEALING_MILLIS_MAX = 20 * 60_000;

    private static final long STEP_MILLIS = 500;
    private static final long LOOK_MILLIS = 3_000;
    private static final long OPERATORS_COME_MILLIS = 40_000;

    /** @param number two runs of a plan are the same if their numbers are */
    record Result(
            Plan plan,
            @Nullable Violation violation,
            long number,
            long events,
            long virtualMillis,
            int transactions,
            int committed,
            List<String> lines) {}

    private final Plan plan;
    private final World world;

    private Simulation(Plan plan, Set<Mutation> mutations, Trace.Keeping keeping) {
        this.plan = plan;
        this.world = new World(plan, mutations, keeping);
    }

    static Result run(Plan plan, Set<Mutation> mutations, Trace.Keeping keeping) {
        return new Simulation(plan, mutations, keeping).run();
    }

    private Result run() {
        Violation violation = null;
        try (Defects defects = Defects.watch()) {
            try {
                play(defects);
            } catch (Violation found) {
                violation = found;
            } catch (RuntimeException defect) {
                violation = new Violation(Promise.NO_DEFECT, "", stackOf(defect));
            }
        }
        Violation first = world.witness.first() == null ? violation : world.witness.first();
        if (first != null) {
            world.trace.note("", first.about, first.toString());
        }
        return new Result(
                plan,
                first,
                world.trace.number(),
                world.timeline.happened(),
                world.timeline.nowMillis(),
                world.witness.decided(),
                world.witness.committed(),
                world.trace.lines());
    }

    private void play(Defects defects) {
        world.start();
        for (Plan.Item item : plan.items()) {
            if (item instanceof Fault fault) {
                world.timeline.at(fault.atMillis(), () -> new Mischief(world).arrange(fault));
            }
        }
        long now = 0;
        while (now < plan.horizonMillis()) {
            now += STEP_MILLIS;
            advance(now, defects);
        }
        heal();
        long end = plan.horizonMillis() + HEALING_MILLIS_MAX;
        String left = "everything";
        while (now < end) {
            long looked = now;
            while (now < looked + LOOK_MILLIS) {
                now += STEP_MILLIS;
                advance(now, defects);
            }
            left = left();
            if (left.isEmpty()) {
                world.witness.atTheEnd();
                return;
            }
            if (now > plan.horizonMillis() + OPERATORS_COME_MILLIS) {
                world.services.forEach(Service::settleHeld);
            }
        }
        throw new Violation(Promise.ENDS, "", left);
    }

    private void advance(long untilMillis, Defects defects) {
        world.timeline.runUntil(untilMillis);
        Violation seen = world.witness.first();
        if (seen != null) {
            throw seen;
        }
        String defect = defects.first();
        if (!defect.isEmpty()) {
            throw new Violation(Promise.NO_DEFECT, "", defect);
        }
    }

    private void heal() {
        world.trace.note("", "", "everything is healed");
        world.network.mendAll();
        world.log.resumeStandby();
        world.log.slow(0);
        world.log.setClock(0);
        world.replicas.forEach(r -> r.overlook(0));
        world.log.host.start();
        world.services.forEach(s -> {
            s.host().resume();
            s.host().start();
        });
        world.replicas.forEach(r -> {
            r.host.resume();
            r.host.start();
        });
        world.clients.forEach(c -> c.host.resume());
    }

    /** What is not over yet. */
    private String left() {
        List<String> left = new ArrayList<>();
        world.services.forEach(s -> {
            if (!s.inUse().isEmpty()) {
                left.add(s.host().name + ": " + s.inUse());
            }
        });
        world.log.unfinishedRows().forEach(row -> left.add(world.witness.nameOf(row.gtrid()) + " unfinished"));
        world.log.intents().keySet().forEach(gtrid -> left.add("intent of " + world.witness.nameOf(gtrid)));
        world.replicas.forEach(r -> {
            if (!r.isQuiet()) {
                left.add(r.host.name + ": " + r.load());
            }
        });
        world.clients.forEach(c -> {
            if (!c.isDone()) {
                left.add(c.host.name + " has no answer yet");
            }
        });
        return String.join("; ", left);
    }

    private static String stackOf(RuntimeException defect) {
        StringBuilder stack = new StringBuilder(defect.toString());
        for (int i = 0; i < Math.min(6, defect.getStackTrace().length); i++) {
            stack.append(" < ").append(defect.getStackTrace()[i]);
        }
        return stack.toString();
    }
}

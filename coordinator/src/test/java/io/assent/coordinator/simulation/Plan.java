package io.assent.coordinator.simulation;

import io.assent.coordinator.simulation.Service.Doing;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What a run is made of, all drawn from its seed: who there is, what clients want, and what goes wrong. Items can be
 * left out one by one, and the rest stays as it is.
 *
 * @param horizonMillis from then on nothing goes wrong any more
 */
record Plan(long seed, Cast cast, long horizonMillis, List<Item> items) {

    enum ServiceKind {
        /** Votes as soon as its work is done. */
        EARLY,
        /** Holds its work open until it is asked. */
        HELD,
        /** Can't inquire. */
        PLAIN
    }

    /** @param tight whether limits are so low that they are met */
    record Cast(int replicas, List<ServiceKind> services, boolean tight, boolean holdsAbsent) {}

    sealed interface Item {
        long atMillis();
    }

    /** What a client does with its branches in the end. */
    enum Wish {
        COMMIT,
        ROLLBACK,
        /** Dies, and asks for nothing. */
        FORGET
    }

    /** What it does when commit has no answer. */
    enum Otherwise {
        GIVE_UP,
        ROLL_BACK,
        /** Asks once more, with another list. */
        OTHER_LIST
    }

    enum Manner {
        /** As the SDK does: the list comes with commit. */
        LISTED,
        /** Begins and enlists at a replica. */
        ENLISTED
    }

    record Piece(int service, Doing doing, int account) {}

    /**
     * @param skewMillis how far the client's clock is behind
     * @param thinkMillis between the work and the asking for an outcome
     * @param patienceMillis how long it asks for one
     */
    record Transfer(
            int number,
            long atMillis,
            Manner manner,
            long deadlineMillis,
            long skewMillis,
            List<Piece> pieces,
            Wish wish,
            Otherwise otherwise,
            int firstReplica,
            long thinkMillis,
            long patienceMillis)
            implements Item {}

    enum Trouble {
        CRASH_REPLICA,
        BREAK_REPLICA,
        PAUSE_REPLICA,
        CRASH_SERVICE,
        PAUSE_SERVICE,
        BREAK_STEP,
        PARTITION,
        ONE_WAY,
        CUT_LOG,
        RESTART_LOG,
        FAIL_OVER,
        STALL_STANDBY,
        CANCEL_WAITS,
        SLOW_LOG,
        ROLL_BACK_BY_HAND,
        RESTORE,
        STORM,
        SLOW_NETWORK,
        REPEAT,
        PAUSE_CLIENT,
        LEAVE,
        OVERLOOK,
        SET_CLOCK,
        CRASH_CLIENT
    }

    /**
     * @param target which replica, service or client; taken modulo how many there are
     * @param forMillis how long it lasts
     */
    record Fault(long atMillis, Trouble trouble, int target, int other, long forMillis) implements Item {}

    static Plan of(long seed) {
        Dice dice = Dice.of(seed).named("plan");
        int replicas = 1 + dice.below(3);
        List<ServiceKind> services = new ArrayList<>();
        int count = 2 + dice.below(3);
        for (int i = 0; i < count; i++) {
            int roll = dice.below(10);
            services.add(roll < 5 ? ServiceKind.EARLY : roll < 7 ? ServiceKind.HELD : ServiceKind.PLAIN);
        }
        long horizon = 25_000L + dice.below(50_000);
        List<Item> items = new ArrayList<>();
        int transfers = 2 + dice.below(6);
        for (int i = 0; i < transfers; i++) {
            items.add(transfer(i, dice, services.size(), horizon));
        }
        Set<Trouble> swarm = swarm(dice);
        int faults = dice.below(9);
        List<Trouble> choices = List.copyOf(swarm);
        for (int i = 0; i < faults && !choices.isEmpty(); i++) {
            items.add(fault(choices.get(dice.below(choices.size())), dice, horizon));
        }
        for (Item item : items) {
            if (item instanceof Fault fault && fault.trouble == Trouble.RESTORE) {
                horizon = Math.max(horizon, fault.atMillis + fault.forMillis + 1_000);
            }
        }
        Cast cast = new Cast(replicas, services, dice.chance(200), swarm.contains(Trouble.RESTORE) || dice.chance(200));
        return new Plan(seed, cast, horizon, items);
    }

    Plan with(List<Item> fewer) {
        return new Plan(seed, cast, horizonMillis, List.copyOf(fewer));
    }

    /** Each run leaves out some kinds of trouble, so that others get room (swarm testing: Groce et al., 2012). */
    private static Set<Trouble> swarm(Dice dice) {
        Set<Trouble> swarm = EnumSet.noneOf(Trouble.class);
        for (Trouble trouble : Trouble.values()) {
            if (dice.chance(350)) {
                swarm.add(trouble);
            }
        }
        return swarm;
    }

    private static Transfer transfer(int number, Dice dice, int services, long horizon) {
        List<Piece> pieces = new ArrayList<>();
        int count = 1 + dice.below(3);
        for (int i = 0; i < count; i++) {
            int roll = dice.below(20);
            Doing doing = roll < 15 ? Doing.WRITE : roll < 19 ? Doing.READ : Doing.FAIL;
            pieces.add(new Piece(dice.below(services), doing, number * 10 + (dice.chance(900) ? i : 0)));
        }
        int roll = dice.below(20);
        Wish wish = roll < 16 ? Wish.COMMIT : roll < 18 ? Wish.ROLLBACK : Wish.FORGET;
        return new Transfer(
                number,
                100 + dice.below((int) (horizon * 3 / 5)),
                dice.chance(150) ? Manner.ENLISTED : Manner.LISTED,
                2_000 + dice.below(8_000),
                dice.chance(60) ? 20_000 + dice.below(20_000) : 0,
                pieces,
                wish,
                Otherwise.values()[dice.below(3)],
                dice.below(3),
                dice.chance(500) ? 0 : dice.below(4_000),
                dice.chance(500) ? 500 + dice.below(4_000) : 4_000 + dice.below(30_000));
    }

    private static Fault fault(Trouble trouble, Dice dice, long horizon) {
        long at = dice.below((int) horizon);
        int target = dice.below(12);
        int other = dice.below(1000);
        if (trouble == Trouble.RESTORE) {
            return new Fault(at / 2, trouble, target, other, 28_000 + dice.below(20_000));
        }
        long span = dice.chance(300) ? 20_000 + dice.below(30_000) : 200 + dice.below(6_000);
        return new Fault(at, trouble, target, other, span);
    }
}

package io.assent.coordinator.simulation;

/**
 * Randomness that hangs on names instead of on the order of asking: what one message meets does not change when another
 * one is left out, so that a run stays the same while its plan is made shorter. SplitMix64 (Steele, Lea and Flood, 2014).
 */
final class Dice {

    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;

    private Dice(long state) {
        this.state = state;
    }

    static Dice of(long seed) {
        return new Dice(mixed(seed + GOLDEN));
    }

    /** Dice of their own for whatever bears the name; asking again gives the same ones. */
    Dice named(String name) {
        long hash = state;
        for (int i = 0; i < name.length(); i++) {
            hash = hash * 31 + name.charAt(i);
        }
        return new Dice(mixed(hash));
    }

    long next() {
        state += GOLDEN;
        return mixed(state);
    }

    /** 0 to bound - 1. */
    int below(int bound) {
        return (int) Math.floorMod(next(), (long) bound);
    }

    /** Both ends included. */
    long between(long least, long most) {
        return least + Math.floorMod(next(), most - least + 1);
    }

    boolean chance(int perMille) {
        return below(1000) < perMille;
    }

    private static long mixed(long value) {
        long z = value;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}

package io.assent.samples.crash;

/** One run of the matrix: what happens where. */
sealed interface Cell {

    /** Names it for people and for {@code --only}. */
    String name();

    Workload workload();

    /** Somebody dies while a thread stands at a crash point. */
    record Die(Point point, Side victim) implements Cell {
        @Override
        public String name() {
            return "die/" + point.name() + "/" + lower(victim);
        }

        @Override
        public Workload workload() {
            return point.workload();
        }
    }

    /** A message suffers. */
    record Tamper(Message message, Tampering tampering) implements Cell {
        @Override
        public String name() {
            return lower(tampering) + "/" + lower(message);
        }

        @Override
        public Workload workload() {
            return message.workload();
        }
    }

    private static String lower(Enum<?> value) {
        return value.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}

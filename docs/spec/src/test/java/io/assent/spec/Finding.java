package io.assent.spec;

import java.nio.file.Path;

/** What the model checker found. */
sealed interface Finding {

    /** @param states distinct ones */
    record Holds(long states) implements Finding {}

    /** @param property an invariant's name, or {@link #IN_THE_END} */
    record Violated(String property) implements Finding {}

    /** The checker could not say: the module is wrong, memory or time ran out. */
    record Undecided(Path output) implements Finding {}

    /** The checker does not name the property of behaviours that it found violated. */
    String IN_THE_END = "a property of behaviours";
}

package io.assent.coordinator.adapter.participant;

/** What one result means for the instruction that it answers. */
sealed interface Conclusion {

    /** It has its answer.
     * @param tell passes the answer on */
    record Ends(Runnable tell) implements Conclusion {}

    /** It has none and is sent again. */
    record Again(String why) implements Conclusion {}
}

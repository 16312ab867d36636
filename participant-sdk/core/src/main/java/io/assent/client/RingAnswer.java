package io.assent.client;

/** What came of asking replicas for the ring. */
sealed interface RingAnswer {

    /** One of them told it. */
    record Told(Ring ring) implements RingAnswer {}

    /** One of them answered that it has nothing of the kind: a coordinator from before there were rings. */
    record NotServed() implements RingAnswer {}

    /** None of those that were asked was of use. */
    record NoAnswer(String lastFailure) implements RingAnswer {}

    /** What one of them told is no ring. */
    record Malformed(String why) implements RingAnswer {}
}

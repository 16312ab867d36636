package io.assent.samples.demo;

/** What a client was told about one payment. */
sealed interface Answer {

    String gtrid();

    /** The money has moved. */
    record Committed(String gtrid) implements Answer {}

    /**
     * Nothing has happened, for certain.
     *
     * @param code why
     */
    record Aborted(String gtrid, String code, String detail) implements Answer {}

    /** Nobody could say within the patience of the demo; a finding. */
    record Unknown(String gtrid, String detail) implements Answer {}
}

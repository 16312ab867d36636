package io.assent.spec;

/** How large the checked system is. */
enum Size {
    /** For every run of the tests: seconds. */
    SMALL,
    /** Several replicas and statements at once: minutes for each check with all rules. */
    FULL;

    private static final String PROPERTY = "assent.model.full";

    static Size wanted() {
        return Boolean.getBoolean(PROPERTY) ? FULL : SMALL;
    }
}

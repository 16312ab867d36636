package io.assent.api;

import java.util.ServiceLoader;

/**
 * Named places where a test may end the process. Production has none: this is an interface without an implementation
 * in any artifact of coordinator or SDK, and {@link #INSTALLED} then does nothing. The demo and the crash tests put an
 * implementation on the class path, found by {@link ServiceLoader}.
 */
public interface CrashPoints {

    /** Does nothing. */
    CrashPoints NONE = (point, gtrid) -> {};

    /** The implementation on the class path, or else {@link #NONE}. */
    CrashPoints INSTALLED = ServiceLoader.load(CrashPoints.class).findFirst().orElse(NONE);

    /** What is passed where a point belongs to no transaction. */
    Gtrid NO_TRANSACTION = Gtrid.floorOf(0);

    /** Called when execution reaches the point; may not return.
     * @param point such as {@code coordinator.decision.before} */
    void reached(String point, Gtrid gtrid);
}

/**
 * Crash points for demo and tests. Nothing here may be on the class path of a coordinator or service in production, and
 * nothing of coordinator, demo or a framework may enter.
 */
@NullMarked
package io.assent.samples.faults;

import org.jspecify.annotations.NullMarked;

/** The clock that a tortured coordinator has. Lies on its class path: nothing of the torture itself may enter. */
@NullMarked
package io.assent.samples.torture.clock;

import org.jspecify.annotations.NullMarked;

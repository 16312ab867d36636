/** The whole of it with faults: a real coordinator, two real banks made of the SDK, a real PostgreSQL for each. */
@NullMarked
package io.assent.coordinator.faults;

import org.jspecify.annotations.NullMarked;

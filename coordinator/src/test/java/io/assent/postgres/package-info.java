/** What the simulation needs of the SDK's PostgreSQL participant and is not public. */
@NullMarked
package io.assent.postgres;

import org.jspecify.annotations.NullMarked;

/** The log's PostgreSQL failing over to its standby, and standbys that do not answer. */
@NullMarked
package io.assent.coordinator.failover;

import org.jspecify.annotations.NullMarked;

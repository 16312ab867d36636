/**
 * What the engine needs of the outside: the decision log, a way to the participants, time. Adapters implement these.
 *
 * <p>Must not enter: SQL, HTTP, a framework.
 */
@NullMarked
package io.assent.coordinator.engine.port;

import org.jspecify.annotations.NullMarked;

/**
 * The HTTP API: bytes in, an event for the engine, bytes out; and what people look at. Errors are problem+json.
 *
 * <p>Must not enter: SQL, anything that decides, blocking calls on the threads that serve connections.
 */
@NullMarked
package io.assent.coordinator.adapter.http;

import org.jspecify.annotations.NullMarked;

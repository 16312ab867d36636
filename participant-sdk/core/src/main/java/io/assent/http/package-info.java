/**
 * A participant behind the JDK's HTTP server ({@code com.sun.net.httpserver}): the instruction endpoint, and the filter
 * for business handlers.
 *
 * <p>Must not enter: SQL, a framework, the client's side of HTTP.
 */
@NullMarked
package io.assent.http;

import org.jspecify.annotations.NullMarked;

/**
 * The words of the protocol as values, and how they travel: identifiers, votes, branches, the two headers and the JSON
 * bodies that coordinator and participants exchange. The coordinator uses this package and nothing else of the SDK.
 *
 * <p>Must not enter: I/O, threads, clocks other than the one that mints an id, SQL, HTTP, a framework.
 */
@NullMarked
package io.assent.api;

import org.jspecify.annotations.NullMarked;

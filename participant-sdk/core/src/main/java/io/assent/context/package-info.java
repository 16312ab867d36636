/**
 * The transaction that the running code takes part in: which branches have joined it so far, and which calls to other
 * services are still open. Shared by initiators and participants; knows neither HTTP nor SQL.
 */
@NullMarked
package io.assent.context;

import org.jspecify.annotations.NullMarked;

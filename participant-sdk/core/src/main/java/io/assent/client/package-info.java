/**
 * Requests to the coordinator over HTTP, from initiators (commit, rollback, status) and participants (inquiry): which
 * replica to ask, how often to repeat, and what counts as an answer. Results are values; an outcome is only ever what a
 * reply of status 200 said.
 *
 * <p>Must not enter: knowledge of a transaction's life at the initiator, SQL, a framework.
 */
@NullMarked
package io.assent.client;

import org.jspecify.annotations.NullMarked;

/**
 * The decision log in PostgreSQL: group commit, tracking of the unfinished, pruning, queries. The only package that knows SQL.
 *
 * <p>Must not enter: decisions of its own, HTTP. The SQL stays portable: no advisory locks, LISTEN and NOTIFY, unlogged tables,
 * sequences, triggers, SKIP LOCKED, xid or ctid.
 */
@NullMarked
package io.assent.coordinator.adapter.postgres;

import org.jspecify.annotations.NullMarked;

/**
 * PostgreSQL as a participant's resource: branches by {@code PREPARE TRANSACTION}, over plain JDBC.
 *
 * <p>Must not enter: classes of a driver or a pool (errors are told by SQLState), HTTP, a framework.
 */
@NullMarked
package io.assent.postgres;

import org.jspecify.annotations.NullMarked;

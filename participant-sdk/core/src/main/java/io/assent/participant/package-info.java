/**
 * A participant without its resource: takes instructions, answers each, and asks about branches in doubt. What is
 * PostgreSQL lives in {@code io.assent.postgres}, what is HTTP in {@code io.assent.http}.
 *
 * <p>Must not enter: SQL, HTTP, a framework, the initiator's side.
 */
@NullMarked
package io.assent.participant;

import org.jspecify.annotations.NullMarked;

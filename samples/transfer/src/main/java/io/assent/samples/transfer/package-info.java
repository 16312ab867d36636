/**
 * Moves money from an account at one bank to an account at another, at both or at none. An initiator: has no database,
 * and keeps nothing.
 */
@NullMarked
package io.assent.samples.transfer;

import org.jspecify.annotations.NullMarked;

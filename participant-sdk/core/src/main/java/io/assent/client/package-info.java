/**
 * The way to the coordinator.
 */
@NullMarked
package io.assent.client;

import org.jspecify.annotations.NullMarked;

/**
 * What the SDK runs its own tasks on. For the SDK alone: nothing here is meant for services.
 *
 * <p>Must not enter: what the tasks are about.
 */
@NullMarked
package io.assent.threads;

import org.jspecify.annotations.NullMarked;

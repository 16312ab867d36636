/** Support that tests of several packages share. */
@NullMarked
package io.assent.coordinator.testing;

import org.jspecify.annotations.NullMarked;

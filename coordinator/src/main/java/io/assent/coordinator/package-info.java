/** The coordinator service: the application, its configuration, and the one place that wires the parts. */
@NullMarked
package io.assent.coordinator;

import org.jspecify.annotations.NullMarked;

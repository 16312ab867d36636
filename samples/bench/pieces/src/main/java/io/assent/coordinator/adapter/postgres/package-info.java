/** Benchmarks of pieces that only the log's adapter itself sees. Must not enter: anything but benchmarks. */
@NullMarked
package io.assent.coordinator.adapter.postgres;

import org.jspecify.annotations.NullMarked;

/**
 * The load: what the workloads do, the clients that do it as fast as they can, and the process they live in. Knows
 * candidates only as {@link io.assent.samples.bench.load.Candidate}; no transaction library may enter.
 */
@NullMarked
package io.assent.samples.bench.load;

import org.jspecify.annotations.NullMarked;

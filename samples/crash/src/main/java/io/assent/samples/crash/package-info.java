/**
 * The crash matrix: real processes, real PostgreSQL, a kill at every crash point and a fault for every message. Runs
 * beside the product; nothing of a framework may enter, and nothing of the coordinator but the list of its crash points.
 */
@NullMarked
package io.assent.samples.crash;

import org.jspecify.annotations.NullMarked;

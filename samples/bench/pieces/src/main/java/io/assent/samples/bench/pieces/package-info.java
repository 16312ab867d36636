/** What single steps cost, measured by JMH. Nothing that waits for a disk or a network may enter: that is the other benchmark. */
@NullMarked
package io.assent.samples.bench.pieces;

import org.jspecify.annotations.NullMarked;

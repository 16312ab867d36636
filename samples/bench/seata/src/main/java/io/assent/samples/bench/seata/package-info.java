/** Seata as a candidate: its client in the load process. Nothing of Assent but the load may enter. */
@NullMarked
package io.assent.samples.bench.seata;

import org.jspecify.annotations.NullMarked;

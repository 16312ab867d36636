/**
 * Transaction managers that are embedded in one process, as candidates: each with two XA data sources and the durable log
 * that its documentation names. Nothing of Assent but the load may enter.
 */
@NullMarked
package io.assent.samples.bench.jta;

import org.jspecify.annotations.NullMarked;

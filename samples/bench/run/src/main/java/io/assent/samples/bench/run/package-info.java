/**
 * The benchmark itself: starts databases, coordinators, services and load as processes, measures candidates side by side,
 * checks the books and writes down what it saw. It talks to what it measures over HTTP and SQL and reads the operating
 * system; no class of coordinator or of a candidate may enter.
 */
@NullMarked
package io.assent.samples.bench.run;

import org.jspecify.annotations.NullMarked;

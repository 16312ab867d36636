/**
 * The candidates that need no library of another vendor: Assent, and two-phase commit written by hand, in one process and
 * over HTTP. Each main class is a load process. No transaction manager of another vendor may enter.
 */
@NullMarked
package io.assent.samples.bench.candidate;

import org.jspecify.annotations.NullMarked;

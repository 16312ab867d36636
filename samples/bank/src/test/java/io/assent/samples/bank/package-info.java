/** Tests of the bank over HTTP, with a real database. */
@NullMarked
package io.assent.samples.bank;

import org.jspecify.annotations.NullMarked;

/** Runs the model checker on docs/spec. Nothing of the product is used here: the model stands beside the code, not on it. */
@NullMarked
package io.assent.spec;

import org.jspecify.annotations.NullMarked;

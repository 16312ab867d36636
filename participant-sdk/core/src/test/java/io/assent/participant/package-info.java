/** Tests of the participant without a resource. */
@NullMarked
package io.assent.participant;

import org.jspecify.annotations.NullMarked;

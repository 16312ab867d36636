/** Tests of the transfer service over HTTP; banks and coordinator are scripted. */
@NullMarked
package io.assent.samples.transfer;

import org.jspecify.annotations.NullMarked;

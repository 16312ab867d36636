/** Tests of the endpoint and the filter over real HTTP. */
@NullMarked
package io.assent.http;

import org.jspecify.annotations.NullMarked;

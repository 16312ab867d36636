/** Tests of the PostgreSQL participant against a real server. */
@NullMarked
package io.assent.postgres;

import org.jspecify.annotations.NullMarked;

/**
 * A bank: accounts and entries in a PostgreSQL database of its own. Debits and credits are branches of a global
 * transaction; of Assent it knows one annotation and a few lines of configuration.
 */
@NullMarked
package io.assent.samples.bank;

import org.jspecify.annotations.NullMarked;

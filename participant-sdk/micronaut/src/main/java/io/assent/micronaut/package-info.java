/**
 * Assent in a Micronaut service: filters that carry the transaction through HTTP, annotations for initiators and
 * participants, the endpoint for the coordinator's instructions, and the wiring of all that from configuration.
 *
 * <p>Must not enter: rules of the protocol. What an outcome means and how a branch ends is the business of
 * {@code io.assent} core; this package only connects it to the framework.
 */
@NullMarked
package io.assent.micronaut;

import org.jspecify.annotations.NullMarked;

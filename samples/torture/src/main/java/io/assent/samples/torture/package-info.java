/**
 * Breaks processes, databases, network and clocks at random while clients move money, and checks at the end what each
 * client was told against log and books. Knows coordinator and banks only as processes: none of their classes may enter.
 */
@NullMarked
package io.assent.samples.torture;

import org.jspecify.annotations.NullMarked;

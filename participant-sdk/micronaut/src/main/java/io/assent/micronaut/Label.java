package io.assent.micronaut;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Makes a parameter of a method that is annotated with {@link InTransaction} a label of the transaction, by which people
 * search for it. The value is the parameter as text, at most 64 characters; null is left out.
 */
@Documented
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.PARAMETER)
public @interface Label {

    /** The key: 1 to 32 characters of {@code A-Z a-z 0-9 _ . -}. */
    String value();
}
